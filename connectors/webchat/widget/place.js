// Where the customer is, asked of the browser only when they offer to tell.

/** A tenth of a kilometre finds the nearest store; more need not be told. */
const rounded = (degrees) => Math.round(degrees * 1000) / 1000;
const OPTIONS = { enableHighAccuracy: false, timeout: 15_000, maximumAge: 60_000 };

/** Degrees (WGS 84). Raises when the customer or the device does not tell. */
export function whereAmI() {
  return new Promise((resolve, reject) => {
    if (!navigator.geolocation) reject(new Error("no geolocation"));
    else {
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => resolve({ lat: rounded(coords.latitude), lng: rounded(coords.longitude) }),
        reject,
        OPTIONS,
      );
    }
  });
}
