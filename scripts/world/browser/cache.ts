/** The build's cache on disk, through the build server: GET and PUT below /cache/. */
export async function readCache(path: string): Promise<ArrayBuffer> {
  const response = await fetch(`/cache/${path}`);
  if (!response.ok) throw new Error(`${path} is not in the cache (${response.status}): run the stage that makes it.`);
  return response.arrayBuffer();
}

export async function readJson<T>(path: string): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await readCache(path))) as T;
}

export async function writeCache(path: string, body: Uint8Array<ArrayBuffer> | Blob | string): Promise<void> {
  const response = await fetch(`/cache/${path}`, { method: 'PUT', body });
  if (!response.ok) throw new Error(`${path} could not be written: ${response.status} ${await response.text()}`);
}
