// Starts Swagger UI or Redoc on the element of the page; everything comes from this server.

const place = document.querySelector("[data-description]");
const description = place.dataset.description;

if (place.id === "swagger-ui") {
  SwaggerUIBundle({
    url: description,
    domNode: place,
    presets: [SwaggerUIBundle.presets.apis],
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    filter: true,
    validatorUrl: null,
  });
} else {
  // Redoc's note about itself would fetch a picture from elsewhere.
  const isOurs = (url) => new URL(url, location.href).origin === location.origin;
  const { setAttribute } = Element.prototype;
  const { get, set } = Object.getOwnPropertyDescriptor(HTMLImageElement.prototype, "src");
  HTMLImageElement.prototype.setAttribute = function (name, value) {
    if (name !== "src" || isOurs(value)) setAttribute.call(this, name, value);
  };
  Object.defineProperty(HTMLImageElement.prototype, "src", {
    get,
    set(value) {
      if (isOurs(value)) set.call(this, value);
    },
  });
  const theme = {
    typography: {
      fontFamily: "system-ui, sans-serif",
      fontSize: "15px",
      headings: { fontFamily: "system-ui, sans-serif" },
    },
    sidebar: { width: "280px" },
  };
  Redoc.init(description, { theme, hideDownloadButton: true, expandResponses: "200,201", scrollYOffset: 56 }, place);
}
