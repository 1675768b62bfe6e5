/**
 * Lets whatever was posted to this thread meanwhile (requests, aborts) be taken in: resolves in a later task of the event
 * loop, after the messages that wait there. A timer would be held back for 4 ms.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
