/** The tails that known metrics are written as, for matching. `*` is one element, `**` any number, `{a,b}` one of several. */
export function tailPattern(tail: string): RegExp {
  const elems = tail
    .split(/\/(?![^{]*\})/)
    .map((elem) => (elem === '**' ? '(?:/[^/]+)*' : `/${one(elem)}`));
  return new RegExp(`${elems.join('')}$`);
}

function one(elem: string): string {
  if (elem === '*') return '[^/]+';
  const alternatives = /^\{(.*)\}$/.exec(elem)?.[1];
  if (alternatives === undefined) return literal(elem);
  return `(?:${alternatives.split(',').map(pathOf).join('|')})`;
}

/** An alternative may be several elements. */
function pathOf(alternative: string): string {
  return alternative.split('/').map(literal).join('/');
}

function literal(text: string): string {
  return text.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&');
}
