// The category `{{name}}`.
//
// An item is a list of links: a file `links.txt` with a title and a line for each link,
//
//     # Learning Rust
//     https://doc.rust-lang.org/book/ The book
//
// and whoever installs it is asked whether it may open those sites. Change `read` to what your items are,
// `parse` to what they may do, and `install` to what is left of them on the machine.
//
// Three rules, which the host checks: decide from what you are shown, and nothing else; give every reason
// against a package, not only the first; and when something is wrong with this program, let it crash.

import { entries, read as readFile } from 'marketplace:category/contents@1.1.0';
import { place, register } from 'marketplace:category/staging@1.1.0';

const FILE = 'links.txt';
const README = 'README.md';

// Bytes. Everything is refused that would become more than a registry entry may be (64 KiB).
const LARGEST_FILE = 16 * 1024;
const MOST_LINKS = 100;
// With `open:` before it, a site is a permission, and those have at most 256 bytes.
const LONGEST_SITE = 200;

// Who this category is, and which permissions it understands.
export const validator = {
  describe: () => ({
    id: '{{name}}',
    singular: '{{singular}}',
    name: '{{title}}',
    description: 'Lists of links, to read and to open.',
    icon: ICON,
    freeInstallCap: 5,
  }),

  validate(permissions) {
    const findings = [];
    const grants = [];
    const seen = new Set();
    for (const permission of permissions) {
      const { meaning, finding } = parse(permission);
      if (finding) findings.push(finding);
      else if (seen.has(permission))
        findings.push(refusal('permission.duplicate', permission, `\`${permission}\` is declared twice. Remove one.`));
      else grants.push({ permission, ...meaning });
      seen.add(permission);
    }
    return unless(findings, grants);
  },

  // What an update would change for somebody who consented to the release before.
  compare(consented, requested) {
    const change = (direction) => (permission) => {
      const { summary, risk } = parse(permission).meaning;
      return { permission, direction, summary, risk };
    };
    const understood = requested.filter((permission) => parse(permission).meaning);
    const fresh = understood.filter((permission) => !consented.includes(permission));
    // One site more is more of the same.
    const changes = fresh.map(change(consented.length > 0 ? 'widened' : 'added'));
    return understood.length > 0 ? changes : changes.concat(consented.map(change('removed')));
  },
};

// What people see of it: nobody has to draw a page for this category.
export const presenter = {
  present: () => ({
    package:
      'A folder with a `links.txt`: a line `# Title`, and after it a line for each link, ' +
      '`https://example.org/page What it is`.',
    fields: [
      { key: 'links', label: 'Links', unit: '', places: { card: true, drawer: true } },
      { key: 'sites', label: 'Sites', unit: '', places: { drawer: true, facet: true } },
    ],
    permissions: [{ permission: EXAMPLE, summary: parse(EXAMPLE).meaning.summary, risk: 'medium' }],
    // Fields of the manifest that only this category knows would stand here: `x-…`.
    inputs: [],
  }),

  details() {
    const { links } = read();
    return [
      { field: 'links', values: [{ tag: 'number', val: links.length }] },
      { field: 'sites', values: sites(links).map((site) => ({ tag: 'text', val: site })) },
    ];
  },
};

// What is in a package, and what is left of it when it is installed.
export const installer = {
  inspect() {
    const { links } = read();
    const remarks = links
      .filter(({ url }) => url.startsWith('http://'))
      .map(({ line }) =>
        refusal(
          'link.unencrypted',
          FILE,
          `Line ${line} opens an address without encryption. Write \`https://\`, if the site has it.`,
        ),
      );
    // The host refuses a package that needs what its manifest does not declare.
    return { needed: sites(links).map((site) => PREFIX + site), remarks };
  },

  install(manifest, grants) {
    const { title, links } = read();
    staged(FILE, () => place(FILE, FILE));
    if (entries().some(({ path }) => path === README)) staged(README, () => place(README, README));
    // What was consented to, and not what the package would like.
    const granted = grants.map(({ capability }) => capability.val.scope);
    const entry = { title, links: links.map(({ title, url }) => ({ title, url })), sites: granted };
    staged(manifest.name, () => register(manifest.name, JSON.stringify(entry)));
  },
};

// --- Permissions ------------------------------------------------------------------------

const PREFIX = 'open:';
const EXAMPLE = 'open:example.org';
const SITE = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

const isSite = (text) => text.length <= LONGEST_SITE && SITE.test(text);

// What a permission means, or why it means nothing.
function parse(permission) {
  if (!permission.startsWith(PREFIX)) {
    const message =
      `\`${permission}\` is no permission of this category. It has: \`${EXAMPLE}\`. ` +
      'It may only open the sites that it links to.';
    return { finding: refusal('permission.unknown', permission, message) };
  }
  const site = permission.slice(PREFIX.length);
  if (!isSite(site)) {
    const message =
      `\`${permission}\`: a site is a name in lower case, without scheme, port and path. ` +
      `Write it like \`${EXAMPLE}\`.`;
    return { finding: refusal('permission.malformed', permission, message) };
  }
  const capability = { tag: 'other', val: { name: 'open', scope: site } };
  return { meaning: { capability, summary: `Open pages of ${site}`, risk: 'medium' } };
}

// --- The package ------------------------------------------------------------------------

// The list that a package is, or every reason why it is none.
function read() {
  const lines = text(FILE).split('\n').map((line) => line.replace(/\r$/, '').replace(/^ +| +$/g, ''));
  const findings = [];
  const title = lines[0].startsWith('# ') ? lines[0].slice(2).replace(/^ +/, '') : '';
  if (!title) {
    const message = `\`${FILE}\` begins without a title. Make its first line \`# \` and a title.`;
    findings.push(refusal('title.missing', FILE, message));
  }
  const written = lines.map((content, at) => ({ content, line: at + 1 })).slice(1).filter(({ content }) => content);
  if (written.length > MOST_LINKS) {
    const message = `\`${FILE}\` has more than ${MOST_LINKS} links. Make several lists of it.`;
    throw [refusal('links.too-many', FILE, message)];
  }
  if (written.length === 0) findings.push(refusal('links.none', FILE, `\`${FILE}\` has no links. Add one.`));
  if (/[\x00-\x1f\x7f]/.test(lines[0])) findings.push(controlCharacter(1));

  const links = [];
  for (const { content, line } of written) {
    const [url, title] = content.split(/ +(.*)/s);
    const site = siteOf(url);
    if (/[\x00-\x1f\x7f]/.test(content)) findings.push(controlCharacter(line));
    else if (!site) {
      const message = `Line ${line} is no link. Write an address like \`https://example.org/page\`, and after a space what it is.`;
      findings.push(refusal('link.malformed', FILE, message));
    } else if (!title) {
      findings.push(refusal('link.untitled', FILE, `Line ${line} does not say what it links to. Write that after the address and a space.`));
    } else links.push({ url, title, site, line });
  }
  return unless(findings, { title, links });
}

// Every site once, as they come.
const sites = (links) => [...new Set(links.map(({ site }) => site))];

// The site of an address, if it is one of the web, on its usual port.
function siteOf(url) {
  const [, site] = /^https?:\/\/([^/?#]*)[\x21-\x7e]*$/.exec(url) ?? [];
  return site !== undefined && isSite(site) ? site : undefined;
}

const controlCharacter = (line) =>
  refusal('text.control-character', FILE, `Line ${line} has a control character, such as a tab. Remove it.`);

// A file's text.
function text(path) {
  const tooLarge = (limit) =>
    refusal('package.too-large', path, `\`${path}\` is larger than the ${limit} bytes that can be checked. Make it smaller.`);
  const file = entries().find((entry) => entry.path === path);
  if (!file) throw [refusal('package.missing', path, `The package has no file \`${path}\`. Add it.`)];
  // Sizes are 64-bit integers, which are BigInt here.
  if (file.size > BigInt(LARGEST_FILE)) throw [tooLarge(LARGEST_FILE)];
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFile(path));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw [refusal('package.not-utf8', path, `\`${path}\` is not UTF-8 text. Save it as UTF-8.`)];
  }
}

// --- Answers ----------------------------------------------------------------------------

// A reason: a stable rule, what it is about, and a message that ends with the fix.
const refusal = (rule, subject, message) => ({ rule, subject, message });

// The answer, unless there are reasons against it: whatever is thrown becomes the refusal.
function unless(findings, answer) {
  if (findings.length > 0) throw findings;
  return answer;
}

// Stages something; what the host does not take becomes a reason.
function staged(subject, act) {
  try {
    act();
  } catch (error) {
    if (!error.payload) throw error;
    const { tag } = error.payload;
    throw [refusal(`staging.${tag}`, subject, `\`${subject}\` cannot be installed: ${tag.replaceAll('-', ' ')}. Rename it, or make the package smaller.`)];
  }
}

// A constant at the end of a module exists when its functions are called.
const ICON =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" width="24" height="24" fill="none" ' +
  'stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round">' +
  '<path d="M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7l-1.7 1.7"/>' +
  '<path d="M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7l1.7-1.7"/></svg>';
