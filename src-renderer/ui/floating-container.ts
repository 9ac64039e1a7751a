import { createContext } from 'react';

/**
 * Where tooltips are put: null is the page. A modal dialog is above the whole page and makes it inert,
 * so what floats inside a dialog has to live inside that dialog.
 */
export const FloatingContainer = createContext<HTMLElement | null>(null);
