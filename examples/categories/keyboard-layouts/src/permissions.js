// What a layout may ask for.
//
// | permission | means | risk |
// |---|---|---|
// | `language:fr`, `language:sr-Latn`, `language:pt-BR` | be offered to people who write that language | low |
// | `phrases` | write whole phrases at one key | medium |
//
// `language:pt` is about every Portuguese, so it covers `language:pt-BR`.

import { Findings, quote } from './findings.js';
import { inWords, locale } from './locale.js';

const PREFIX = 'language:';
const PHRASES = 'phrases';
const ABOUT = 'A layout is offered for languages, and may ask to write whole phrases.';

/** The permission to be offered for a language. */
export function language(tongue) {
  return `${PREFIX}${tongue}`;
}

export { PHRASES };

/**
 * What a permission means.
 *
 * @returns {{tongue: string | null, grant: object} | {rule: string, message: string}}
 */
export function understand(permission) {
  if (permission === PHRASES) {
    return {
      tongue: null,
      grant: {
        permission,
        capability: { tag: 'other', val: { name: 'write-phrases', scope: undefined } },
        summary: 'Write whole phrases when you press one key',
        risk: 'medium',
      },
    };
  }
  if (!permission.startsWith(PREFIX)) {
    return {
      rule: 'permission.unknown',
      message: `\`${permission}\` is no permission of this category. It has: \`${language('fr')}\`, \`${PHRASES}\`. ${ABOUT} Use one of them, or remove it.`,
    };
  }
  const text = permission.slice(PREFIX.length);
  const found = locale(text);
  const malformed = (why) => ({ rule: 'permission.malformed', message: `\`${permission}\`: ${why}.` });
  if (found === null) {
    return malformed(`${quote(text)} is no language of BCP 47. Write it like \`${language('fr')}\` or \`${language('sr-Latn')}\``);
  }
  // One spelling, or the same permission would look like another one to the next release.
  if (text !== found.tongue) {
    return malformed(`a language has its script and region in this case, and nothing else. Write \`${language(found.tongue)}\``);
  }
  return {
    tongue: found.tongue,
    grant: {
      permission,
      capability: { tag: 'other', val: { name: 'offer-for-language', scope: found.tongue } },
      summary: `Be offered when you write ${inWords(found.tongue)}`,
      risk: 'low',
    },
  };
}

/** A grant for each permission; or throws every reason against them. */
export function validate(permissions) {
  const findings = new Findings();
  const grants = [];
  const seen = new Set();
  for (const permission of permissions) {
    const meaning = understand(permission);
    if (meaning.grant === undefined) {
      findings.add(meaning.rule, permission, meaning.message);
    } else if (seen.has(permission)) {
      findings.add('permission.duplicate', permission, `\`${permission}\` is declared twice. Remove one.`);
    } else {
      seen.add(permission);
      grants.push(meaning.grant);
    }
  }
  findings.refuse();
  return grants;
}

/** Whether whoever consented to `wide` has already consented to `narrow`. */
export function covers(wide, narrow) {
  if (wide.tongue === null || narrow.tongue === null) {
    return wide.grant.permission === narrow.grant.permission;
  }
  return wide.tongue === narrow.tongue || narrow.tongue.startsWith(`${wide.tongue}-`);
}

/** What an update changes for a user who already consented. What `validate` refuses is no change. */
export function compare(consented, requested) {
  const known = (permissions) => permissions.map(understand).filter((meaning) => meaning.grant !== undefined);
  const before = known(consented);
  const after = known(requested);
  const change = ({ grant: { permission, risk, summary } }, direction) => ({ permission, direction, risk, summary });
  const changes = [];
  for (const meaning of after) {
    if (consented.includes(meaning.grant.permission)) {
      continue;
    }
    if (before.some((old) => covers(old, meaning))) {
      changes.push(change(meaning, 'narrowed'));
    } else if (before.some((old) => covers(meaning, old))) {
      changes.push(change(meaning, 'widened'));
    } else {
      changes.push(change(meaning, 'added'));
    }
  }
  for (const meaning of before) {
    if (!after.some((now) => covers(now, meaning) || covers(meaning, now))) {
      changes.push(change(meaning, 'removed'));
    }
  }
  return changes;
}
