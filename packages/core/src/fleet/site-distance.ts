/** How far one site's agents are from another's callers (F-14): over the ground, by the weight the site's distance counts with. */
import type { SiteId } from '../kernel/ids.ts';

export interface SitePlace {
  readonly id: SiteId;
  /** Null: nobody said where. */
  readonly place: { readonly latitude: number; readonly longitude: number } | null;
  /** Of a hundred: twice that, and its agents count as twice as far away. */
  readonly weight: number;
}

export const plainSiteWeight = 100;

/** Kilometres as they count; of an agent at no site the furthest. */
export type SiteDistance = (from: SiteId, to: SiteId | null) => number;

/** Where no places are known: here, or elsewhere. */
export const plainSiteDistance: SiteDistance = (from, to) => Number(from !== to);

/** From one end of the earth to the other. */
const furthestKm = 20_038;
const earthRadiusKm = 6_371;

export function siteDistance(sites: readonly SitePlace[]): SiteDistance {
  const known = new Map(sites.map((site) => [site.id, site]));
  return (from, to) => {
    if (from === to) return 0;
    const there = to === null ? undefined : known.get(to);
    const here = known.get(from)?.place;
    const km = here && there?.place ? overGroundKm(here, there.place) : furthestKm;
    return (km * (there?.weight ?? plainSiteWeight)) / plainSiteWeight;
  };
}

type Place = NonNullable<SitePlace['place']>;

/** The haversine formula. */
function overGroundKm(a: Place, b: Place): number {
  const radians = Math.PI / 180;
  const half = (degrees: number) => Math.sin((degrees * radians) / 2) ** 2;
  const across = Math.cos(a.latitude * radians) * Math.cos(b.latitude * radians);
  const chord = half(b.latitude - a.latitude) + across * half(b.longitude - a.longitude);
  return 2 * earthRadiusKm * Math.asin(Math.min(1, Math.sqrt(chord)));
}
