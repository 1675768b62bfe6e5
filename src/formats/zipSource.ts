/** Entries of zip archives that are read in ranges: one of a gigabyte is never in memory as a whole. */
import { partOf, checkRange, type ByteSource } from './arrays/byteSource.ts';
import { shown } from './tensors.ts';
import {
  damaged,
  findDirectory,
  listRecords,
  LOCAL_HEADER_BYTES,
  MAX_RATIO,
  placeOf,
  STEP_BYTES,
  STORED,
  TAIL_BYTES,
  Unpacker,
  type ZipDirectory,
  type ZipRecord,
} from './zip.ts';

export interface ZipMember {
  /** As the archive spells it; never a place. */
  name: string;
  /** Bytes when unpacked, as the directory claims. */
  size: number;
  /**
   * Its unpacked bytes, in ranges. A packed entry is unpacked from its beginning up to the range; ranges that ascend unpack it once,
   * and the checksum is held against it where they reach its end.
   * @throws FormatError where it is damaged, locked or packed by another method.
   */
  open(): Promise<ByteSource>;
}

/** 20,000 entries with long names take 10 MB. */
const MAX_DIRECTORY = 64 * 2 ** 20;

/**
 * Where an archive's directory lies, and the files that it lists, folders left out.
 * @throws FormatError as readZip.
 */
export async function readDirectory(
  source: ByteSource,
): Promise<{ directory: ZipDirectory; records: ZipRecord[] }> {
  const base = Math.max(0, source.size - TAIL_BYTES);
  const tail = await source.read(base, source.size);
  const directory = findDirectory(new DataView(tail.buffer), base);
  const { start, end } = directory;
  if (end - start > MAX_DIRECTORY) throw damaged(`its directory claims ${end - start} bytes`);
  return { directory, records: listRecords(await source.read(start, end), directory) };
}

/**
 * The files of an archive; of it, only the directory is read.
 * @throws FormatError as readZip.
 */
export async function openZip(source: ByteSource): Promise<ZipMember[]> {
  const { directory, records } = await readDirectory(source);
  return records.map((record) => ({
    name: record.name,
    size: record.size,
    async open() {
      const { header, packed } = record;
      const head = await source.read(header, Math.min(source.size, header + LOCAL_HEADER_BYTES));
      const from = placeOf(new DataView(head.buffer), record, directory);
      const data = partOf(source, from, from + packed);
      return record.method === STORED ? data : new Inflated(data, record);
    },
  }));
}

/** Packed bytes that are read from the file at a time; fewer where they unpack to very many. */
const READ = 2 ** 18;
/** Of them, those that are unpacked at a time: at most 32 MiB come of it. Smaller steps take longer: each copies the inflater's window. */
const STEP = 2 ** 15;

/** A deflated entry as a source. Reads wait for each other. */
class Inflated implements ByteSource {
  readonly size: number;
  readonly #data: ByteSource;
  readonly #record: ZipRecord;
  #last: Promise<unknown> = Promise.resolve();
  #unpacker: Unpacker;
  /** Unpacked and not asked for yet, one after the other; they begin at byte `#at`. */
  #chunks: Uint8Array[] = [];
  #at = 0;
  /** Bytes unpacked, and packed bytes handed over, so far. */
  #unpacked = 0;
  #taken = 0;

  constructor(data: ByteSource, record: ZipRecord) {
    this.size = record.size;
    this.#data = data;
    this.#record = record;
    this.#unpacker = new Unpacker(record);
  }

  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    const job = this.#last.then(() => this.#read(start, end));
    this.#last = job.catch(() => undefined);
    return job;
  }

  async #read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    checkRange(start, end, this.size);
    if (start < this.#at) this.#restart();
    try {
      while (this.#at < start) this.#drop(Math.min((await this.#next()).length, start - this.#at));
      const out = new Uint8Array(end - start);
      for (let filled = 0; filled < out.length;) {
        const part = (await this.#next()).subarray(0, out.length - filled);
        out.set(part, filled);
        filled += part.length;
        this.#drop(part.length);
      }
      if (end === this.size) await this.#finish();
      return out;
    } catch (error) {
      this.#restart();
      throw error;
    }
  }

  /** The first bytes that were not asked for yet. */
  async #next(): Promise<Uint8Array> {
    while (this.#chunks.length === 0) {
      if (this.#taken >= this.#data.size)
        throw damaged(
          `${shown(this.#record.name)} unpacks to ${this.#unpacked} bytes, its directory says ${this.size}`,
        );
      await this.#push();
    }
    return this.#chunks[0]!;
  }

  #drop(count: number): void {
    this.#at += count;
    const first = this.#chunks[0]!;
    if (count === first.length) this.#chunks.shift();
    else this.#chunks[0] = first.subarray(count);
  }

  async #finish(): Promise<void> {
    while (this.#taken < this.#data.size) await this.#push();
    this.#unpacker.finish();
  }

  async #push(): Promise<void> {
    const ratio = this.#taken > 0 ? this.#unpacked / this.#taken : MAX_RATIO;
    const count = Math.max(STEP_BYTES, Math.floor(READ * Math.min(1, 8 / Math.max(1, ratio))));
    const from = this.#taken;
    this.#taken = Math.min(this.#data.size, from + count);
    const bytes = await this.#data.read(from, this.#taken);
    for (let at = 0; at < bytes.length; at += STEP) {
      const isLast = this.#taken === this.#data.size && at + STEP >= bytes.length;
      for (const chunk of this.#unpacker.push(bytes.subarray(at, at + STEP), isLast)) {
        this.#unpacked += chunk.length;
        if (chunk.length > 0) this.#chunks.push(chunk);
      }
    }
  }

  #restart(): void {
    this.#chunks = [];
    this.#at = this.#unpacked = this.#taken = 0;
    this.#unpacker = new Unpacker(this.#record);
  }
}
