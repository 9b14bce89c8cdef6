// A line of numbers, small.

const SVG = 'http://www.w3.org/2000/svg';
const WIDTH = 300;
const HEIGHT = 42;
const HOUR = 3600_000;
const LEAST = 300_000;

function svg(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}

/**
 * Draws the hour that ends now, or as much of it as there is.
 *
 * @param times in milliseconds since 1970
 * @param values of which null is a gap
 * @param most what the full height stands for
 */
export function spark(times, values, most, label) {
  const end = Date.now();
  const first = times.length ? times[0] : end;
  const begin = Math.max(end - HOUR, Math.min(first, end - LEAST));
  const x = (time) => ((time - begin) / (end - begin) * WIDTH).toFixed(1);
  const y = (value) => (HEIGHT - 1 - Math.min(1, value / most) * (HEIGHT - 3)).toFixed(1);
  let line = '';
  let area = '';
  let from = null;
  let last = null;
  values.forEach((value, index) => {
    if (value === null || times[index] < begin) return;
    line += `${from === null ? 'M' : 'L'}${x(times[index])} ${y(value)}`;
    from = from === null ? x(times[index]) : from;
    last = x(times[index]);
  });
  if (from !== null) area = `${line}L${last} ${HEIGHT}L${from} ${HEIGHT}Z`;
  const image = svg('svg', {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', class: 'spark', role: 'img',
    'aria-label': label,
  });
  image.append(svg('path', {d: area, class: 'area'}), svg('path', {d: line}));
  return image;
}
