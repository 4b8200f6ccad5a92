// Which files a package may have, and the layouts in it.

import { Findings, some } from './findings.js';
import { LARGEST, read } from './layout.js';

/** More layouts are more than one person wants at once. */
const MOST = 16;

/** All layouts together: an engine for JavaScript in WebAssembly reads as much in two or three seconds. */
const LARGEST_TOGETHER = 512 * 1024;

/** What a package needs is a list that somebody reads. */
const MOST_TONGUES = 64;

const NOTES = ['LICENSE', 'README.md'];

/** The paths that a manifest shows: its icon and its pictures. */
export function shown(canonical) {
  const { icon, screenshots = [] } = JSON.parse(canonical);
  return [icon, ...screenshots].filter((path) => path !== undefined);
}

/** Whether a file says something about the layouts, and is installed with them. */
export function isNote(path) {
  return NOTES.includes(path);
}

/**
 * Every layout of a package; or throws every reason against it.
 *
 * @param {{path: string, size: bigint}[]} entries
 * @param {(path: string) => Uint8Array} readFile
 * @param {string} canonical the manifest
 * @returns {{layouts: import('./layout.js').Layout[], remarks: object[]}}
 */
export function layouts(entries, readFile, canonical) {
  const findings = new Findings();
  const remarks = new Findings();
  const pictures = shown(canonical);
  const files = entries.filter(({ path }) => !isNote(path) && !pictures.includes(path));
  const candidates = [];
  let together = 0;
  for (const { path, size } of files) {
    if (!path.endsWith('.xml')) {
      findings.add('file.unknown', path, `\`${path}\` is no layout: a package has \`.xml\` files, and may have ${some(NOTES)} and what its manifest shows. Remove it.`);
    } else if (path.includes('/')) {
      findings.add('file.nested', path, `\`${path}\` is in a folder. Put it at the top of the package.`);
    } else if (size > LARGEST) {
      findings.add('package.too-large', path, `\`${path}\` has ${size} bytes, and a layout at most ${LARGEST}. Split it.`);
    } else {
      candidates.push(path);
      together += Number(size);
    }
  }
  if (candidates.length > MOST) {
    findings.add('package.too-many', 'package', `${candidates.length} layouts, but a package has at most ${MOST}. Publish them as several.`);
    findings.refuse();
  }
  if (together > LARGEST_TOGETHER) {
    findings.add('package.too-large', 'package', `The layouts have ${together} bytes together, and may have ${LARGEST_TOGETHER}. Publish them as several packages.`);
    findings.refuse();
  }
  if (candidates.length === 0 && findings.isEmpty) {
    findings.add('package.empty', 'package', 'The package has no layout. Add an LDML keyboard, such as `fr.xml`.');
  }
  const found = [];
  for (const path of candidates) {
    const layout = read(path, readFile(path), findings, remarks);
    const same = layout && found.find(({ id }) => id.toLowerCase() === layout.id.toLowerCase());
    if (same) {
      findings.add('layout.duplicate', path, `\`${path}\` and \`${same.path}\` are both the keyboard \`${layout.id}\`. Tell them apart with \`-t-k0-\`, as in \`${layout.tongues[0]}-t-k0-azerty\`.`);
    } else if (layout) {
      found.push(layout);
    }
  }
  const tongues = new Set(found.flatMap((layout) => layout.tongues));
  if (tongues.size > MOST_TONGUES) {
    findings.add('package.too-many', 'package', `The layouts are for ${tongues.size} languages, and may be for ${MOST_TONGUES}. Publish them as several packages.`);
  }
  findings.refuse();
  return { layouts: found, remarks: remarks.list };
}
