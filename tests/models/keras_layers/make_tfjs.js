// Writes tfjs.json: a small model as TF.js itself saves it, without weights, and TF.js's answer.
//
// Usage: npm install @tensorflow/tfjs@4.22.0 && node make_tfjs.js FILE
// Weight number k of the manifest is value i = ((37 i + 11 + 29 k) % 101) / 50 - 1, a variance half of it and 0.6; the
// input is the same with k = 1000.
const fs = require('fs');
const tf = require('@tensorflow/tfjs');

const value = (i, k) => ((i * 37 + 11 + 29 * k) % 101) / 50 - 1;
const count = shape => shape.reduce((a, b) => a * b, 1);
const numbers = (shape, k, variance) =>
    Float32Array.from({length: count(shape)}, (_, i) => variance ? value(i, k) / 2 + 0.6 : value(i, k));

async function main() {
  const L = tf.layers;
  const image = tf.input({shape: [5, 4, 3], name: 'image'});
  let x = L.conv2d({filters: 4, kernelSize: 3, padding: 'same', name: 'c', useBias: false}).apply(image);
  x = L.batchNormalization({name: 'n'}).apply(x);
  x = L.reLU({maxValue: 6}).apply(x);
  x = L.depthwiseConv2d({kernelSize: 2, name: 'd'}).apply(x);
  x = L.activation({activation: 'hardSigmoid'}).apply(x);
  x = L.separableConv2d({filters: 3, kernelSize: 2, name: 's'}).apply(x);
  x = L.add().apply([x, L.activation({activation: 'sigmoid'}).apply(x)]);
  x = L.globalAveragePooling2d({}).apply(x);
  x = L.dropout({rate: 0.2}).apply(x);
  const model = tf.model({inputs: image, outputs: L.dense({units: 3, activation: 'softmax', name: 'e'}).apply(x)});
  let saved;
  await model.save(tf.io.withSaveHandler(async artifacts => {
    saved = artifacts;
    return {modelArtifactsInfo: {}};
  }));
  const names = saved.weightSpecs.map(spec => spec.name);
  model.setWeights(model.weights.map(weight => {
    const k = names.indexOf(weight.originalName);
    return tf.tensor(numbers(weight.shape, k, weight.originalName.endsWith('variance')), weight.shape);
  }));
  const answer = Array.from(model.predict(tf.tensor(numbers([1, 5, 4, 3], 1000), [1, 5, 4, 3])).dataSync());
  const json = {
    format: saved.format, generatedBy: saved.generatedBy, convertedBy: saved.convertedBy,
    modelTopology: saved.modelTopology,
    weightsManifest: [{paths: ['model.weights.bin'], weights: saved.weightSpecs}],
  };
  fs.writeFileSync(process.argv[2], JSON.stringify({model: json, answer}, null, 1) + '\n');
}
main();
