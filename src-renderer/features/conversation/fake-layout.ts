/**
 * Gives jsdom just enough layout for the virtual list, for tests: a screen of 600 px, rows of 40 px, and scrolling.
 */
export function installFakeLayout(): void {
  class FakeResizeObserver {
    readonly #tell: ResizeObserverCallback;
    constructor(tell: ResizeObserverCallback) {
      this.#tell = tell;
    }
    observe(target: Element): void {
      const height = target.getAttribute('role') === 'log' ? 600 : 40;
      const entry = { target, contentRect: { width: 800, height } } as unknown as ResizeObserverEntry;
      queueMicrotask(() => this.#tell([entry], this));
    }
    unobserve(): void {}
    disconnect(): void {}
  }
  // The list asks the window of its element, which is not the global object here.
  Object.assign(document.defaultView ?? {}, { ResizeObserver: FakeResizeObserver });
  Object.defineProperty(HTMLElement.prototype, 'offsetParent', { configurable: true, get: () => document.body });
  Object.assign(Element.prototype, {
    scrollTo(this: Element, { top = 0 }: ScrollToOptions) {
      this.scrollTop = top;
      this.dispatchEvent(new Event('scroll'));
    },
    scrollBy(this: Element, { top = 0 }: ScrollToOptions) {
      this.scrollTo({ top: this.scrollTop + top });
    },
  });
}
