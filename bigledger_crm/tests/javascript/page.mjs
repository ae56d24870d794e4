// A page without anything on it, for modules that look for their elements as they are loaded.
const nothing = { querySelector: () => null, querySelectorAll: () => [], getElementById: () => null };
globalThis.document = Object.assign(new EventTarget(), nothing);
globalThis.addEventListener = () => {};
globalThis.matchMedia = () => ({ matches: false }); // no mouse: days keep the browser's own fields

export const load = (name) => import(`../../../static/js/${name}`);
