import { Network, best } from "./network.mjs";
import { inputFrom } from "./picture.mjs";

const [drop, file, shown, hint, message, classes] = ["drop", "file", "shown", "hint", "message", "classes"].map((id) =>
  document.getElementById(id),
);

function say(text, wrong = false) {
  message.textContent = text;
  message.classList.toggle("wrong", wrong);
}

async function readLabels() {
  const response = await fetch("labels.txt");
  return response.ok ? (await response.text()).trimEnd().split(/\r?\n/) : [];
}

function show(found, labels, probabilities) {
  classes.replaceChildren(
    ...found.map(({ number, value }) => {
      const item = document.createElement("li"), name = document.createElement("span"), share = document.createElement("span");
      const bar = document.createElement("meter");
      item.dataset.number = number;
      item.dataset.value = value;
      name.textContent = labels[number] ?? `class ${number}`;
      share.textContent = probabilities ? `${(100 * value).toFixed(1)} %` : value.toFixed(4);
      bar.value = value;
      item.append(name, share, ...(probabilities ? [bar] : []));
      return item;
    }),
  );
}

let latest; // the picture chosen last: an answer to an earlier one comes too late

async function classify(picture, network, labels) {
  latest = picture;
  classes.replaceChildren();
  URL.revokeObjectURL(shown.src);
  shown.hidden = true;
  try {
    const input = await inputFrom(picture, network);
    if (picture !== latest) return;
    show(best(network.classify(input), 5), labels, network.probabilities === 1);
    shown.src = URL.createObjectURL(picture);
    shown.hidden = false;
    hint.textContent = "Drop another one, or choose one";
    say(`${picture.name}: ${network.time(input).toFixed(2)} ms in the network`);
  } catch (error) {
    if (picture === latest) say(error.message, true);
  }
}

try {
  const [module, labels] = await Promise.all([WebAssembly.compileStreaming(fetch("my_net.wasm")), readLabels()]);
  const network = await Network.load(module);
  file.disabled = false;
  file.addEventListener("change", () => file.files.length > 0 && classify(file.files[0], network, labels));
  drop.addEventListener("drop", (event) => {
    const [picture] = event.dataTransfer.files;
    if (picture) classify(picture, network, labels);
  });
  say(`Ready: ${network.width} x ${network.height} pixels, ${network.classes} classes, ${(network.weightsBytes / 1e6).toFixed(1)} MB of weights`);
} catch (error) {
  say(`The network can't be loaded: ${error.message}`, true);
}

// A picture dropped beside the field would replace the page.
for (const name of ["dragover", "drop"]) document.addEventListener(name, (event) => event.preventDefault());
drop.addEventListener("dragover", () => drop.classList.add("over"));
for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
