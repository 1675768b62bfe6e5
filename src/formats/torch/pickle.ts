/**
 * Reads Python pickles (protocols 2 to 5, docs.python.org/3/library/pickletools.html) as far as checkpoints need them, and
 * runs nothing: a name that is not on the caller's list is refused where it stands, a call is noted and never made.
 * Written here because pickleparser 0.2.1 calls whatever lies on its stack, writes into objects by keys of the file
 * ("__proto__"), reads negative long integers as positive ones, and bounds neither steps nor stack.
 */
import { FormatError } from '../../base/errors.ts';
import { shown } from '../tensors.ts';

export type PyValue =
  null | boolean | number | string | PyTuple | PyList | PyDict | PyGlobal | PyCall | PyPersistent;

export class PyTuple {
  readonly items: readonly PyValue[];
  constructor(items: readonly PyValue[]) {
    this.items = items;
  }
}

export class PyList {
  readonly items: PyValue[] = [];
}

export class PyDict {
  readonly entries = new Map<string | number, PyValue>();
}

/** A class or function by its name, "torch.FloatStorage". */
export class PyGlobal {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** A call that the file asks for: what was to be called, and with what. */
export class PyCall {
  readonly callee: string;
  readonly args: readonly PyValue[];
  constructor(callee: string, args: readonly PyValue[]) {
    this.callee = callee;
    this.args = args;
  }
}

/** Something that lies outside the pickle, by its id. */
export class PyPersistent {
  readonly id: PyValue;
  constructor(id: PyValue) {
    this.id = id;
  }
}

export interface Allowed {
  /** Names that may be called; "collections.OrderedDict" without arguments becomes a PyDict. */
  calls: ReadonlySet<string>;
  /** Names that may stand as values. */
  names: ReadonlySet<string>;
}

const MAX_STEPS = 500_000;
const MAX_BYTES = 16 * 2 ** 20;
const ORDERED_DICT = 'collections.OrderedDict';
const EMPTY = new PyTuple([]);

/**
 * The value that a pickle stands for. Time and memory are linear in its length, and bounded by 500,000 steps.
 * @throws FormatError when it is cut, longer than 16 MiB, asks for a name that is not allowed, or uses an operation that
 * checkpoints have no need of.
 */
export function readPickle(bytes: Uint8Array, allowed: Allowed): PyValue {
  if (bytes.length > MAX_BYTES)
    throw new FormatError(`The pickle has ${bytes.length} bytes; that of a state dict is far smaller.`);
  return new PickleReader(bytes, allowed).run();
}

class PickleReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #allowed: Allowed;
  readonly #stack: PyValue[] = [];
  /** Heights of the stack where marks stand. */
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, PyValue>();
  #at = 0;

  constructor(bytes: Uint8Array, allowed: Allowed) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#allowed = allowed;
  }

  run(): PyValue {
    for (let step = 0; step < MAX_STEPS; step++) {
      const code = String.fromCharCode(this.#byte());
      if (code === '.') return this.#pop();
      if (!this.#structure(code) && !this.#scalar(code) && !this.#container(code) && !this.#name(code))
        throw new FormatError(
          `The pickle asks for operation 0x${code.charCodeAt(0).toString(16)} at byte ${this.#at - 1}, which a state dict has no need of. Nothing in it was run. Save it with torch.save(model.state_dict(), path).`,
        );
    }
    throw new FormatError(
      `The pickle takes more than ${MAX_STEPS} steps; that of a state dict takes a few hundred.`,
    );
  }

  /** Marks, the stack itself, and the memo. */
  #structure(code: string): boolean {
    if (code === '\x80') {
      const protocol = this.#byte();
      if (protocol > 5) throw new FormatError(`The pickle has protocol ${protocol}; 2 to 5 can be read.`);
    } else if (code === '\x95') this.#take(8);
    else if (code === '(') this.#marks.push(this.#stack.length);
    else if (code === '0') this.#pop();
    else if (code === '1') this.#popMark();
    else if (code === '2') this.#push(this.#top());
    else if (code === 'q') this.#memo.set(this.#byte(), this.#top());
    else if (code === 'r') this.#memo.set(this.#uint32(), this.#top());
    else if (code === '\x94') this.#memo.set(this.#memo.size, this.#top());
    else if (code === 'h') this.#recall(this.#byte());
    else if (code === 'j') this.#recall(this.#uint32());
    else return false;
    return true;
  }

  #scalar(code: string): boolean {
    if (code === 'N') this.#push(null);
    else if (code === '\x88') this.#push(true);
    else if (code === '\x89') this.#push(false);
    else if (code === 'J') this.#push(this.#view.getInt32(this.#take(4), true));
    else if (code === 'K') this.#push(this.#byte());
    else if (code === 'M') this.#push(this.#view.getUint16(this.#take(2), true));
    else if (code === '\x8a') this.#push(this.#long(this.#byte()));
    else if (code === 'G') this.#push(this.#view.getFloat64(this.#take(8), false));
    else if (code === 'X') this.#push(this.#text(this.#uint32()));
    else if (code === '\x8c') this.#push(this.#text(this.#byte()));
    else return false;
    return true;
  }

  #container(code: string): boolean {
    if (code === ')') this.#push(EMPTY);
    else if (code === 't') this.#push(new PyTuple(this.#popMark()));
    else if (code >= '\x85' && code <= '\x87') {
      const size = code.charCodeAt(0) - 0x84;
      const items = Array.from({ length: size }, () => this.#pop());
      this.#push(new PyTuple(items.reverse()));
    } else if (code === ']') this.#push(new PyList());
    else if (code === 'a') this.#append([this.#pop()]);
    else if (code === 'e') this.#append(this.#popMark());
    else if (code === '}') this.#push(new PyDict());
    else if (code === 's') {
      const value = this.#pop();
      this.#setItems([this.#pop(), value]);
    } else if (code === 'u') this.#setItems(this.#popMark());
    else return false;
    return true;
  }

  /** Names, calls, attributes and what lies outside. */
  #name(code: string): boolean {
    if (code === 'c') {
      const module = this.#line();
      this.#global(module, this.#line());
    } else if (code === '\x93') {
      const [name, module] = [this.#pop(), this.#pop()];
      if (typeof name !== 'string' || typeof module !== 'string') throw this.#broken('a name is no text');
      this.#global(module, name);
    } else if (code === 'R') this.#call();
    else if (code === 'b') {
      // A dict's attributes (PyTorch's _metadata): not needed, dropped.
      this.#pop();
      if (!(this.#top() instanceof PyDict))
        throw this.#broken('something that is no dict is given attributes');
    } else if (code === 'Q') this.#push(new PyPersistent(this.#pop()));
    else return false;
    return true;
  }

  #global(module: string, name: string): void {
    const full = `${module}.${name}`;
    if (!this.#allowed.calls.has(full) && !this.#allowed.names.has(full))
      throw new FormatError(
        `The file asks for ${shown(full)}, which a state dict has no need of and which might do harm. Nothing in it was run. If it is a whole model, save it with torch.save(model.state_dict(), path).`,
      );
    this.#push(new PyGlobal(full));
  }

  #call(): void {
    const args = this.#pop();
    const callee = this.#pop();
    if (!(callee instanceof PyGlobal) || !(args instanceof PyTuple) || !this.#allowed.calls.has(callee.name))
      throw new FormatError('The pickle calls something that may not be called. Nothing in it was run.');
    if (callee.name !== ORDERED_DICT) this.#push(new PyCall(callee.name, args.items));
    else if (args.items.length === 0) this.#push(new PyDict());
    else throw this.#broken('an OrderedDict is made with arguments');
  }

  #append(values: readonly PyValue[]): void {
    const list = this.#top();
    if (!(list instanceof PyList)) throw this.#broken('something that is no list is appended to');
    for (const value of values) list.items.push(value);
  }

  #setItems(pairs: readonly PyValue[]): void {
    const dict = this.#top();
    if (!(dict instanceof PyDict) || pairs.length % 2 !== 0)
      throw this.#broken('items are set on something that is no dict');
    for (let i = 0; i < pairs.length; i += 2) {
      const key = pairs[i]!;
      if (typeof key !== 'string' && typeof key !== 'number')
        throw this.#broken('a dict has a key that is no text or number');
      dict.entries.set(key, pairs[i + 1]!);
    }
  }

  #push(value: PyValue): void {
    this.#stack.push(value);
  }

  #top(): PyValue {
    if (this.#stack.length <= (this.#marks.at(-1) ?? 0)) throw this.#broken('its stack is empty');
    return this.#stack.at(-1)!;
  }

  #pop(): PyValue {
    const value = this.#top();
    this.#stack.pop();
    return value;
  }

  #popMark(): PyValue[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw this.#broken('a mark is missing');
    return this.#stack.splice(mark);
  }

  #recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw this.#broken(`it recalls ${index}, which it never kept`);
    this.#push(value);
  }

  /** The place of the next `count` bytes, which are passed over. */
  #take(count: number): number {
    const from = this.#at;
    if (count > this.#bytes.length - from) throw this.#broken('it is cut');
    this.#at += count;
    return from;
  }

  #byte(): number {
    return this.#bytes[this.#take(1)]!;
  }

  #uint32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  #text(length: number): string {
    const from = this.#take(length);
    return new TextDecoder().decode(this.#bytes.subarray(from, from + length));
  }

  #line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0) throw this.#broken('it is cut');
    const text = this.#text(end - this.#at);
    this.#take(1);
    return text;
  }

  /** A little-endian integer in two's complement, of up to eight bytes. */
  #long(length: number): number {
    if (length > 8) throw this.#broken(`it has an integer of ${length} bytes`);
    const from = this.#take(length);
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.#bytes[from + i]!);
    return Number(BigInt.asIntN(8 * length, value));
  }

  #broken(what: string): FormatError {
    return new FormatError(`The pickle is damaged: ${what} (byte ${this.#at}). Save the checkpoint again.`);
  }
}
