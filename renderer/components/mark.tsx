/** The sign of the product: a gate in a wall. */
export function Mark({ size }: { size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 48 48" aria-hidden="true">
      <rect width="48" height="48" rx="12" fill="var(--accent)" />
      <path d="M13 37V23a11 11 0 0 1 22 0v14" fill="none" stroke="#fff" strokeWidth="3.2" strokeLinecap="round" />
      <path d="M24 21v16M18.5 27v10M29.5 27v10" stroke="#fff" strokeWidth="2.6" strokeLinecap="round" opacity="0.75" />
    </svg>
  );
}
