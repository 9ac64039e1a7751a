import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';

const endOfDirectory = Buffer.from([0x50, 0x4b, 5, 6]);
const maxTailBytes = 22 + 65_535;
const fileTypeMask = 0o170000;
const symbolicLink = 0o120000;

/**
 * Unpacks the entries of a zip file (stored or deflated, no ZIP64) that are asked for.
 *
 * @param {string} zipFile
 * @param {string} folder
 * @param {(entry: string) => string | undefined} placeFor the entry's path below `folder`; undefined leaves it out
 * @returns {number} files written
 * @throws if the file is not such a zip, or an entry would land outside `folder`
 */
export function extractZip(zipFile, folder, placeFor) {
  const zip = fs.openSync(zipFile, 'r');
  try {
    let written = 0;
    for (const entry of readDirectory(zip)) {
      const place = placeFor(entry.name);
      if (place === undefined) continue;
      const target = path.join(folder, place);
      if (!target.startsWith(folder + path.sep)) throw new Error(`the zip has an entry outside its folder: ${place}`);
      fs.mkdirSync(path.dirname(target), { recursive: true });
      const content = readContent(zip, entry);
      if ((entry.mode & fileTypeMask) === symbolicLink) fs.symlinkSync(content.toString(), target);
      else fs.writeFileSync(target, content, { mode: (entry.mode & 0o111) === 0 ? 0o644 : 0o755 });
      written += 1;
    }
    return written;
  } finally {
    fs.closeSync(zip);
  }
}

/** @typedef {{ name: string, method: number, packedBytes: number, mode: number, offset: number }} ZipEntry */

/**
 * @param {number} zip
 * @returns {Generator<ZipEntry>}
 */
function* readDirectory(zip) {
  const sizeBytes = fs.fstatSync(zip).size;
  const tail = readAt(zip, Math.max(0, sizeBytes - maxTailBytes), Math.min(sizeBytes, maxTailBytes));
  const end = tail.lastIndexOf(endOfDirectory);
  if (end < 0) throw new Error('not a zip file');
  const count = tail.readUInt16LE(end + 10);
  const directory = readAt(zip, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
  for (let at = 0, index = 0; index < count; index += 1) {
    const nameBytes = directory.readUInt16LE(at + 28);
    const name = directory.toString('utf8', at + 46, at + 46 + nameBytes);
    yield {
      name,
      method: directory.readUInt16LE(at + 10),
      packedBytes: directory.readUInt32LE(at + 20),
      mode: directory.readUInt32LE(at + 38) >>> 16,
      offset: directory.readUInt32LE(at + 42),
    };
    at += 46 + nameBytes + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
}

/**
 * @param {number} zip
 * @param {ZipEntry} entry
 */
function readContent(zip, entry) {
  const header = readAt(zip, entry.offset, 30);
  const start = entry.offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
  const packed = readAt(zip, start, entry.packedBytes);
  if (entry.method === 0) return packed;
  if (entry.method === 8) return zlib.inflateRawSync(packed);
  throw new Error(`${entry.name}: unknown zip method ${entry.method}`);
}

/**
 * @param {number} file
 * @param {number} offset
 * @param {number} lengthBytes
 */
function readAt(file, offset, lengthBytes) {
  const bytes = Buffer.alloc(lengthBytes);
  if (fs.readSync(file, bytes, 0, lengthBytes, offset) !== lengthBytes) throw new Error('the zip file ends too early');
  return bytes;
}
