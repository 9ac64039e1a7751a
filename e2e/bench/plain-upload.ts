import { createReadStream, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { WebSocket } from 'ws';

const sliceBytes = 48 * 1024;
const kibibyte = 1_024;
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * The same bytes with nothing around them: a program of its own that sends a file and says how long that took
 * and by how many KiB its memory rose. `fragments`: one message while the file is read. `whole`: as one JSON text.
 */
export async function run([url, file, how]: string[]): Promise<number> {
  if (url === undefined || file === undefined) return 2;
  const socket = new WebSocket(url, { perMessageDeflate: false });
  await once(socket, 'open');
  global.gc?.();
  const before = process.memoryUsage.rss();
  let most = before;
  const sample = (): void => {
    most = Math.max(most, process.memoryUsage.rss());
  };
  const sampler = setInterval(sample, 5);
  const startMs = performance.now();
  const acknowledged = once(socket, 'message');
  await (how === 'whole' ? sendWhole(socket, file) : sendFragments(socket, file));
  sample();
  await acknowledged;
  const tookMs = performance.now() - startMs;
  sample();
  clearInterval(sampler);
  socket.terminate();
  console.log(JSON.stringify({ tookMs, riseKib: Math.round((most - before) / kibibyte) }));
  return 0;
}

const head =
  '{"type":"SEND_FILE","payload":{"messageId":7,"senderId":1,"receiverId":2,"fileName":"a.bin","fileContent":[';

async function sendFragments(socket: WebSocket, file: string): Promise<void> {
  const send = (text: string, isLast: boolean): Promise<void> =>
    new Promise((resolve, reject) =>
      socket.send(text, { fin: isLast }, (error) => (error ? reject(error) : resolve())),
    );
  let count = 0;
  for await (const piece of createReadStream(file, { highWaterMark: sliceBytes })) {
    const text = (piece as Buffer).toString('base64');
    await send(count === 0 ? `${head}"${text}"` : `,"${text}"`, false);
    count += 1;
    if (count % 4 === 0) await nextTurn();
  }
  await send(']}}', true);
}

async function sendWhole(socket: WebSocket, file: string): Promise<void> {
  const bytes = readFileSync(file);
  const fileContent: string[] = [];
  for (let at = 0; at < bytes.length; at += sliceBytes)
    fileContent.push(bytes.toString('base64', at, Math.min(bytes.length, at + sliceBytes)));
  const payload = { messageId: 7, senderId: 1, receiverId: 2, fileName: 'a.bin', fileContent };
  await new Promise<void>((resolve) => {
    socket.send(JSON.stringify({ type: 'SEND_FILE', payload }), () => resolve());
  });
}
