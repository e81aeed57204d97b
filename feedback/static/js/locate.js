/* [data-locate]: a button that asks the device where it is, once, when it is pressed and never before.
   The two hidden fields hold degrees to about a metre; what is held is said, and can be dropped. */
(() => {
  "use strict";
  const part = document.querySelector("[data-locate]");
  if (!part || !navigator.geolocation || !window.isSecureContext) return;

  const latitude = part.querySelector("[data-locate-latitude]");
  const longitude = part.querySelector("[data-locate-longitude]");
  const ask = part.querySelector("[data-locate-ask]");
  const held = part.querySelector("[data-locate-held]");
  const where = part.querySelector("[data-locate-where]");
  const drop = part.querySelector("[data-locate-drop]");
  const status = part.querySelector("[data-locate-status]");

  const show = () => {
    const there = Boolean(latitude.value && longitude.value);
    held.hidden = !there;
    where.textContent = there ? `${latitude.value}, ${longitude.value}` : "";
    ask.hidden = there;
  };

  const keep = ({ coords }) => {
    latitude.value = coords.latitude.toFixed(5);
    longitude.value = coords.longitude.toFixed(5);
    ask.removeAttribute("aria-disabled");
    status.textContent = part.dataset.textHeld.replace("{n}", Math.ceil(coords.accuracy));
    show();
    drop.focus();
  };

  const fail = (error) => {
    ask.removeAttribute("aria-disabled");
    const refused = error.code === error.PERMISSION_DENIED;
    status.textContent = refused ? part.dataset.textRefused : part.dataset.textFailed;
  };

  ask.addEventListener("click", () => {
    if (ask.getAttribute("aria-disabled")) return;
    ask.setAttribute("aria-disabled", "true");
    status.textContent = part.dataset.textAsking;
    const options = { enableHighAccuracy: true, timeout: 20000, maximumAge: 0 };
    navigator.geolocation.getCurrentPosition(keep, fail, options);
  });

  drop.addEventListener("click", () => {
    latitude.value = "";
    longitude.value = "";
    status.textContent = part.dataset.textDropped;
    show();
    ask.focus();
  });

  part.hidden = false;
  show();
})();
