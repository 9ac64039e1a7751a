/** A frame on the wire and what it means; the tables are golden-client-frames.ts and golden-server-frames.ts. */
export type GoldenFrame<Frame> = {
  readonly name: string;
  /** The frame on the wire. */
  readonly text: string;
  readonly frame: Frame;
  /** Whether `text` is the form that we send, to the byte; otherwise it is one that we only take. */
  readonly isSent: boolean;
};

/** A frame in the form that we send. */
export const sent = <Frame>(name: string, frame: Frame, text: string): GoldenFrame<Frame> => ({
  name,
  text,
  frame,
  isSent: true,
});
/** A frame in a form that is only met. */
export const met = <Frame>(name: string, frame: Frame, text: string): GoldenFrame<Frame> => ({
  name,
  text,
  frame,
  isSent: false,
});
