// The form with data-push lets this browser show notices: ask the person, subscribe with the lab's key, send what the browser answers.
const form = document.querySelector("form[data-push]");
if (form && "serviceWorker" in navigator && "PushManager" in globalThis && globalThis.Notification?.permission !== "denied") {
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const alert = form.querySelector("[role=alert]");
    alert.hidden = true;
    try {
      if (await Notification.requestPermission() !== "granted") {
        throw new Error("not granted");
      }
      await navigator.serviceWorker.register("/push-worker.js");
      const worker = await navigator.serviceWorker.ready;
      // One that was made with another key would never be served again.
      await (await worker.pushManager.getSubscription())?.unsubscribe();
      const made = (await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: form.dataset.push })).toJSON();
      form.elements.endpoint.value = made.endpoint;
      form.elements.p256dh.value = made.keys.p256dh;
      form.elements.auth.value = made.keys.auth;
      form.submit();
    } catch {
      // The person said no, or the browser's push service cannot be reached.
      alert.hidden = false;
    }
  });
}
