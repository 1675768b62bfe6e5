/** Id of the collection that ships with the lab. */
export const WORLD_ID = 'emoji-foley';
