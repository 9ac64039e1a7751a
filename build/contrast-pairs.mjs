/** @typedef {{ kind: 'words' | 'signs', front: string, behind: string }} Pair */

export const leastContrast = { words: 4.5, signs: 3 };

const planes = ['surface', 'surface-sunken', 'surface-raised', 'sidebar', 'hover', 'selected'];
const fields = ['field', 'field-quiet'];
const bubbles = ['bubble-mine', 'bubble-theirs'];
const avatars = [0, 1, 2, 3, 4, 5, 6, 7].map((hue) => `avatar-${hue}`);

/** What is drawn on what, by token. @type {readonly Pair[]} */
export const pairs = [
  ...words('text', [...planes, ...fields, 'pressed', 'hover-raised', 'pressed-raised', 'flash', 'selection']),
  ...words('text', ['accent-tint', 'warning-tint', 'danger-tint', 'success-tint']),
  ...words('text-muted', [...planes, ...fields, 'pressed', 'hover-raised']),
  ...words('text-muted', ['accent-tint', 'warning-tint', 'danger-tint']),
  ...words('text-faint', [...planes, ...fields, 'flash', 'hover-raised']),
  ...words('accent-text', [...planes, ...bubbles, 'accent-tint', 'flash', 'warning-tint', 'pressed']),
  ...words('on-accent', ['accent', 'accent-hover', 'accent-pressed']),
  ...words('on-danger', ['danger', 'danger-hover']),
  ...words('bubble-mine-text', ['bubble-mine', 'code-mine', 'selection']),
  ...words('bubble-mine-muted', ['bubble-mine']),
  ...words('bubble-theirs-text', ['bubble-theirs', 'code-theirs', 'selection']),
  ...words('bubble-theirs-muted', ['bubble-theirs']),
  ...words('danger-text', [...planes, ...bubbles, 'danger-tint', 'hover-raised']),
  ...words('warning-text', ['surface', 'surface-sunken', 'surface-raised', 'sidebar', 'warning-tint']),
  ...words('success-text', ['surface', 'surface-raised', 'sidebar', 'success-tint']),
  ...words('mark-text', ['mark']),
  ...words('tooltip-text', ['tooltip']),
  ...words('on-badge-muted', ['badge-muted']),
  ...words('avatar-text', avatars),
  ...signs('accent', [...planes, ...bubbles, 'field']),
  ...signs('control-border', ['surface', 'surface-raised', 'surface-sunken', 'sidebar', 'field', 'hover-raised']),
  ...signs('focus-ring', [...planes, ...bubbles, 'accent-tint']),
  ...signs('focus-quiet', ['surface']),
  ...signs('on-brand', ['brand']),
  ...signs('online', ['sidebar', 'surface', 'hover', 'selected', 'surface-raised']),
  ...signs('presence-off', ['sidebar', 'surface', 'hover', 'selected']),
  ...signs('danger', ['surface', 'sidebar', 'surface-raised', 'danger-tint', 'selected', 'bubble-mine']),
  ...signs('warning', ['surface', 'sidebar', 'warning-tint', 'surface-raised']),
  ...signs('success', ['surface', 'sidebar', 'success-tint', 'surface-raised']),
];

/**
 * @param {string} front
 * @param {readonly string[]} planesBehind
 * @returns {Pair[]}
 */
function words(front, planesBehind) {
  return planesBehind.map((behind) => ({ kind: 'words', front, behind }));
}

/**
 * @param {string} front
 * @param {readonly string[]} planesBehind
 * @returns {Pair[]}
 */
function signs(front, planesBehind) {
  return planesBehind.map((behind) => ({ kind: 'signs', front, behind }));
}
