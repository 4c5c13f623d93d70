// Calls that go on until nothing remains. What an earlier call did is "already" for the next, so none does harm twice.

const ACTIONS = { revoke: "BULK_REVOKE", replace: "BULK_REPLACE" };

/** What would become of them all. */
export async function look(api, { deed, payload }) {
  let known = null;
  for (;;) {
    const answer = await api.read(ACTIONS[deed], { ...payload, dry_run: true, ...cursorOf(known) });
    known = joined(known, answer, true);
    if (!answer.next_cursor) return known;
  }
}

/** One call of those that do it; `known` is what the calls before made, or null. */
export async function step(api, { deed, payload }, known) {
  const answer = await api.write(ACTIONS[deed], { ...payload, dry_run: false, ...cursorOf(known) });
  return joined(known, answer, payload.course_id !== undefined);
}

const cursorOf = (known) => (known?.next_cursor ? { cursor: known.next_cursor } : {});

/** By course each call brings others; else the last call looked at all from the first on, and only what was done adds up. */
function joined(known, answer, areOthers) {
  if (!known) return answer;
  const { counts, refused } = known;
  if (areOthers) return { ...answer, counts: sum(counts, answer.counts), refused: sum(refused, answer.refused), rows: [...known.rows, ...answer.rows] };
  const already = Math.max(0, answer.counts.already - counts.done);
  return { ...answer, counts: { ...answer.counts, done: counts.done + answer.counts.done, already } };
}

const sum = (one, other) =>
  Object.fromEntries([...new Set([...Object.keys(one), ...Object.keys(other)])].map((name) => [name, (one[name] ?? 0) + (other[name] ?? 0)]));
