// Shows what the lab sends although no page is open, and opens the page that it is about. It keeps nothing and answers no requests.
self.addEventListener("push", (event) => {
  const told = event.data?.json();
  if (told) {
    event.waitUntil(self.registration.showNotification(told.title, { body: told.body, lang: told.lang, tag: told.tag, icon: "/icon.svg", data: { url: told.url } }));
  }
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const address = new URL(event.notification.data?.url ?? "/", self.location.origin);
  if (address.origin === self.location.origin) {
    event.waitUntil(self.clients.openWindow(address.href));
  }
});
