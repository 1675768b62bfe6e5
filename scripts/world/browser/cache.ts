/** The build's cache on disk, through the build server: GET and PUT below /cache/. */
export async function readCache(path: string): Promise<ArrayBuffer> {
  const response = await fetch(`/cache/${path}`);
  if (!response.ok)
    throw new Error(`${path} is not in the cache (${response.status}): run the stage that makes it.`);
  return response.arrayBuffer();
}

export async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await readCache(path))) as T;
}

/** Written in parts: the driver of the build page holds each request's body as one string. */
const PART_BYTES = 4 * 2 ** 20;

export async function writeCache(path: string, body: Uint8Array<ArrayBuffer> | Blob | string): Promise<void> {
  const blob = new Blob([body]);
  for (let offset = 0; offset === 0 || offset < blob.size; offset += PART_BYTES) {
    const part = blob.slice(offset, offset + PART_BYTES);
    const response = await fetch(`/cache/${path}?offset=${offset}&total=${blob.size}`, {
      method: 'PUT',
      body: part,
    });
    if (!response.ok)
      throw new Error(`${path} could not be written: ${response.status} ${await response.text()}`);
  }
}
