/** OpenStack releases that the charts deploy. */
export const RELEASES = ['2025.1', '2026.1'] as const;
export type OpenStackRelease = (typeof RELEASES)[number];
