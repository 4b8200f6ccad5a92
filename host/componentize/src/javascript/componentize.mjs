// node … SOURCE WIT OUTPUT: a component of the world `category`.
import { readFile, writeFile } from 'node:fs/promises';

const [source, wit, output] = process.argv.slice(1);
const { componentize } = await import('@bytecodealliance/componentize-js');
try {
  const { component } = await componentize(await readFile(source, 'utf8'), {
    sourceName: 'adapter.js',
    // Its text: some versions of what reads a path do so in a file system that the path is not in.
    witWorld: await readFile(`${wit}/category.wit`, 'utf8'),
    worldName: 'category',
    // A network is refused when the component is loaded, whether or not it would be used.
    disableFeatures: ['http', 'fetch-event'],
  });
  await writeFile(output, component);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
