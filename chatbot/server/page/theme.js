// The colour that a site gives its widget: taken for surfaces as it is, and for text as far as it can be read.

const LINES = 4.5; // contrast that text needs (WCAG 2, AA)

/** A colour of CSS as red, green and blue from 0 to 255; null if it is none. */
function channels(colour) {
  if (!colour || !CSS.supports("color", colour)) return null;
  const context = new OffscreenCanvas(1, 1).getContext("2d");
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}

/** Relative luminance (WCAG 2). */
function luminance(rgb) {
  const [red, green, blue] = rgb.map((value) => value / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

const css = (rgb) => `rgb(${rgb.map(Math.round).join(" ")})`;

/** The colour mixed with the ink of the page until it can be read on its grounds. */
function readable(rgb, ink, grounds) {
  for (let share = 0; share <= 1; share += 0.05) {
    const mixed = rgb.map((value, channel) => value + (ink[channel] - value) * share);
    if (grounds.every((ground) => contrast(mixed, ground) >= LINES)) return mixed;
  }
  return ink;
}

/** Gives the page an accent colour; what is no colour changes nothing. */
export function accented(colour) {
  const fill = channels(colour);
  if (!fill) return;
  const root = document.documentElement;
  const own = (name) => channels(getComputedStyle(root).getPropertyValue(name).trim());
  const [black, white] = [[0, 0, 0], [255, 255, 255]];
  const text = readable(fill, own("--ink"), [own("--surface"), own("--ground"), own("--tint")]);
  root.style.setProperty("--fill", css(fill));
  root.style.setProperty("--on-fill", css(contrast(fill, white) >= LINES ? white : black));
  root.style.setProperty("--accent", css(text));
}
