/**
 * From now on no inspector keeps what the window loads. The one that Playwright attaches would: up to 200 MB of it, in
 * the window's own memory, and nothing else turns that off. @returns what ends it.
 */
export function withoutRecording(): () => void {
  const { stringify } = JSON;
  JSON.stringify = (value: unknown, ...rest: unknown[]): string => {
    const command = value as { readonly method?: unknown } | null | undefined;
    const sizes = { maxTotalBufferSize: 0, maxResourceBufferSize: 0 };
    const sent = command?.method === 'Network.enable' ? { ...command, params: sizes } : value;
    return Reflect.apply(stringify, JSON, [sent, ...rest]);
  };
  return () => {
    JSON.stringify = stringify;
  };
}
