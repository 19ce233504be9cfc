// A picture file as a network's input.

const most_pixels = 50e6;

// Along one axis: output i lies between inputs low and high, `share` of the way.
function samples(from, to) {
  return Array.from({ length: to }, (_, i) => {
    const at = (i + 0.5) * (from / to) - 0.5, floor = Math.floor(at);
    return { low: Math.max(floor, 0), high: Math.min(floor + 1, from - 1), share: at - floor };
  });
}

// As Keras's tf.image.resize does it: bilinear, pixel centres at one half, no antialiasing. rgba: bytes (y, x, 4).
function resized(rgba, from, to) {
  const input = new Float32Array(to.height * to.width * 3);
  const rows = samples(from.height, to.height), columns = samples(from.width, to.width);
  let next = 0;
  for (const row of rows)
    for (const column of columns)
      for (let c = 0; c < 3; c++) {
        const along = (y) => {
          const left = rgba[4 * (y * from.width + column.low) + c], right = rgba[4 * (y * from.width + column.high) + c];
          return left + (right - left) * column.share;
        };
        const top = along(row.low), bottom = along(row.high);
        input[next++] = (top + (bottom - top) * row.share) / 127.5 - 1;
      }
  return input;
}

/** file: a Blob that the browser can decode (JPEG, PNG, WebP...); transparent is white. Returns what the network takes: the
 *  picture's own pixels as an ImageData, made smaller only where it is larger than the network's frames, or a Float32Array of
 *  the network's height and width. Throws an Error that names the file. */
export async function inputFrom(file, { height, width, takesPictures }) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new Error(`${file.name}: not a picture that this browser can read`);
  }
  const from = { height: bitmap.height, width: bitmap.width };
  if (from.height * from.width > most_pixels) throw new Error(`${file.name}: more than ${most_pixels / 1e6} million pixels`);
  const scale = takesPictures ? Math.min(1, height / from.height, width / from.width) : 1;
  const [rows, columns] = [from.height, from.width].map((side) => Math.max(1, Math.floor(side * scale)));
  const context = new OffscreenCanvas(columns, rows).getContext("2d", { alpha: false, willReadFrequently: true });
  context.fillStyle = "white";
  context.fillRect(0, 0, columns, rows);
  context.drawImage(bitmap, 0, 0, columns, rows);
  bitmap.close();
  const pixels = context.getImageData(0, 0, columns, rows);
  return takesPictures ? pixels : resized(pixels.data, from, { height, width });
}
