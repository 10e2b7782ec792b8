/** By the precedence of https://semver.org (11): below 0 when `a` is older than `b`. Both fit `versionSchema`. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parse(a), parse(b)];
  for (const [at, number] of left.numbers.entries()) {
    const other = right.numbers[at] ?? 0;
    if (number !== other) return number - other;
  }
  // What has a name behind it comes before the release itself.
  if (left.name === undefined || right.name === undefined)
    return Number(left.name === undefined) - Number(right.name === undefined);
  if (left.name !== right.name) return left.name < right.name ? -1 : 1;
  return left.count - right.count;
}

/** Whether a version is one before its release, such as 1.2.0-beta.3. */
export function isPrerelease(version: string): boolean {
  return version.includes('-');
}

function parse(version: string): { numbers: number[]; name: string | undefined; count: number } {
  const [core = '', ahead] = version.split('-', 2);
  const [name, count] = ahead?.split('.', 2) ?? [];
  return { numbers: core.split('.').map(Number), name, count: Number(count ?? 0) };
}
