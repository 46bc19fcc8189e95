// Start Swagger UI; a file of its own, because a content security policy forbids inline scripts.
const target = document.getElementById("mkt-api-docs");

window.SwaggerUIBundle({
  domNode: target,
  url: target.dataset.openapiUrl,
  deepLinking: true,
  validatorUrl: null,
  supportedSubmitMethods: ["get"],
});
