/**
 * The payload of a sample frame, codecs `columns-1` and `columns-1.1`, little-endian:
 *
 *   u32 length, JSON     series introduced (array of SeriesDefinition)
 *   u32 n, then columns  series u32[n] · timeUs f64[n] · value f64[n] · delta f64[n] · spanMs i32[n] · quality u16[n]
 *   u32 m, then columns  series u32[m] · timeUs f64[m] · u32 length, JSON array of m strings
 *   u32 e, then columns  series u32[e] · timeUs f64[e] · withdrawn u8[e]
 *
 * The last part, of series that end, is left out where none does; with it the payload is `columns-1.1`, which programs
 * that know `columns-1` only pass over. Pure; both ends of the feed use it.
 */
import { sentenceOf } from '../errors.ts';
import { refuse, ok, type Result } from '../result.ts';
import { type EndColumns, noEnds, type NumberColumns, type TextColumns } from './sample.ts';
import type { SeriesDefinition } from './series.ts';

/** Of a payload without ends, which every reader knows. */
export const sampleCodec = 'columns-1';
/** Of a payload with ends. */
export const endCodec = 'columns-1.1';

export function isSampleCodec(codec: string): boolean {
  return codec === sampleCodec || codec === endCodec;
}

export function codecOf({ ends }: Pick<SamplePayload, 'ends'>): string {
  return ends.series.length === 0 ? sampleCodec : endCodec;
}

export interface SamplePayload {
  readonly introduces: readonly SeriesDefinition[];
  readonly numbers: NumberColumns;
  readonly texts: TextColumns;
  readonly ends: EndColumns;
}

const numberRowBytes = 4 + 8 + 8 + 8 + 4 + 2;
const textRowBytes = 4 + 8;
const endRowBytes = 4 + 8 + 1;
const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder();

export function encodeSamplePayload(payload: SamplePayload): Uint8Array {
  const { introduces, numbers, texts, ends } = payload;
  const dictionary = utf8.encode(JSON.stringify(introduces));
  const strings = utf8.encode(JSON.stringify(texts.value));
  const size =
    4 +
    dictionary.length +
    4 +
    numbers.series.length * numberRowBytes +
    4 +
    texts.series.length * textRowBytes +
    4 +
    strings.length +
    (ends.series.length === 0 ? 0 : 4 + ends.series.length * endRowBytes);
  const writer = new PayloadWriter(size);
  writer.block(dictionary);
  writer.u32(numbers.series.length);
  const { series, timeUs, value, delta, spanMs, quality } = numbers;
  writer.columns([series, timeUs, value, delta, spanMs, quality]);
  writer.u32(texts.series.length);
  writer.columns([texts.series, texts.timeUs]);
  writer.block(strings);
  if (ends.series.length > 0) {
    writer.u32(ends.series.length);
    writer.columns([ends.series, ends.timeUs, ends.withdrawn]);
  }
  return writer.out;
}

/** Refuses a payload that is cut short or longer than it says. */
export function decodeSamplePayload(payload: Uint8Array): Result<SamplePayload> {
  try {
    const reader = new PayloadReader(payload);
    const introduces: unknown = JSON.parse(fromUtf8.decode(reader.block()));
    const rows = reader.u32();
    const numbers: NumberColumns = {
      series: new Uint32Array(reader.column(rows, 4)),
      timeUs: new Float64Array(reader.column(rows, 8)),
      value: new Float64Array(reader.column(rows, 8)),
      delta: new Float64Array(reader.column(rows, 8)),
      spanMs: new Int32Array(reader.column(rows, 4)),
      quality: new Uint16Array(reader.column(rows, 2)),
    };
    const textRows = reader.u32();
    const series = new Uint32Array(reader.column(textRows, 4));
    const timeUs = new Float64Array(reader.column(textRows, 8));
    const value: unknown = JSON.parse(fromUtf8.decode(reader.block()));
    const ends = reader.atEnd() ? noEnds : readEnds(reader);
    if (!reader.atEnd()) return refuse('the frame is longer than it says');
    if (!isList(introduces, isDefinition)) return refuse('the frame has a bad series dictionary');
    if (!isList(value, isText) || value.length !== textRows)
      return refuse('the frame has other texts than it says');
    return ok({ introduces, numbers, texts: { series, timeUs, value }, ends });
  } catch (error) {
    return refuse(`the frame cannot be read (${sentenceOf(error)})`);
  }
}

function readEnds(reader: PayloadReader): EndColumns {
  const rows = reader.u32();
  return {
    series: new Uint32Array(reader.column(rows, 4)),
    timeUs: new Float64Array(reader.column(rows, 8)),
    withdrawn: new Uint8Array(reader.column(rows, 1)),
  };
}

function isList<Item>(json: unknown, isItem: (item: unknown) => item is Item): json is Item[] {
  return Array.isArray(json) && json.every((item) => isItem(item));
}

function isText(item: unknown): item is string {
  return typeof item === 'string';
}

/** What readers rely on; the rest of a definition is shown, not computed with. */
function isDefinition(item: unknown): item is SeriesDefinition {
  const { ref, path, deviceId } = (item ?? {}) as Partial<Record<string, unknown>>;
  return (
    typeof ref === 'number' &&
    Number.isInteger(ref) &&
    ref >= 0 &&
    typeof path === 'string' &&
    typeof deviceId === 'string'
  );
}

class PayloadWriter {
  readonly out: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(size: number) {
    this.out = new Uint8Array(size);
    this.#view = new DataView(this.out.buffer);
  }

  u32(value: number): void {
    this.#view.setUint32(this.#at, value, true);
    this.#at += 4;
  }

  bytes(bytes: Uint8Array): void {
    this.out.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  columns(columns: readonly ArrayBufferView[]): void {
    for (const { buffer, byteOffset, byteLength } of columns) {
      this.bytes(new Uint8Array(buffer, byteOffset, byteLength));
    }
  }

  block(bytes: Uint8Array): void {
    this.u32(bytes.length);
    this.bytes(bytes);
  }
}

class PayloadReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  u32(): number {
    if (this.#at + 4 > this.#bytes.length) throw new RangeError('it is cut short');
    const value = this.#view.getUint32(this.#at, true);
    this.#at += 4;
    return value;
  }

  block(): Uint8Array {
    const length = this.u32();
    return this.#take(length);
  }

  /** A copy, for a column must be aligned to its width. */
  column(rows: number, width: number): ArrayBuffer {
    return new Uint8Array(this.#take(rows * width)).buffer;
  }

  atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  #take(length: number): Uint8Array {
    if (this.#at + length > this.#bytes.length) throw new RangeError('it is cut short');
    const taken = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return taken;
  }
}
