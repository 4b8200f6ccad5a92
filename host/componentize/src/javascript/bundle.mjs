// node … MAIN OUTPUT: one ES module of the adapter's source and everything that it imports, but for
// what the host gives it.
const [main, output] = process.argv.slice(1);
const { build } = await import('esbuild');
try {
  await build({
    entryPoints: [main],
    outfile: output,
    bundle: true,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    target: 'es2022',
    charset: 'utf8',
    external: ['marketplace:category/*', 'wasi:*'],
    logLevel: 'warning',
  });
} catch {
  // It has said what is wrong.
  process.exit(1);
}
