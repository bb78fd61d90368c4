// Forms with data-passkey get the browser's passkey dialogue: fetch a challenge, ask, send the answer as a form field.
if (globalThis.PublicKeyCredential?.parseCreationOptionsFromJSON) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const alert = form.querySelector("[role=alert]");
      alert.hidden = true;
      try {
        const token = form.elements["__RequestVerificationToken"];
        const answer = await fetch(form.dataset.passkey, { method: "POST", body: new URLSearchParams({ [token.name]: token.value }) });
        if (answer.redirected) {
          location.href = answer.url;
          return;
        }
        if (!answer.ok) {
          throw new Error(`challenge: ${answer.status}`);
        }
        const options = await answer.json();
        const credential = "passkeyNew" in form.dataset
          ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
          : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
        form.elements.credential.value = JSON.stringify(credential.toJSON());
        form.submit();
      } catch {
        // The person closed the dialogue, or there is no passkey for this site.
        alert.hidden = false;
      }
    });
  }
}
