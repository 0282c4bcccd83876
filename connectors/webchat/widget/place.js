// Where the customer is, asked of the browser only when they offer to tell.

const OPTIONS = { enableHighAccuracy: false, timeout: 15_000, maximumAge: 60_000 };

/** Degrees (WGS 84). Raises when the customer or the device does not tell. */
export function whereAmI() {
  return new Promise((resolve, reject) => {
    if (!navigator.geolocation) reject(new Error("no geolocation"));
    else {
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => resolve({ lat: coords.latitude, lng: coords.longitude }),
        reject,
        OPTIONS,
      );
    }
  });
}
