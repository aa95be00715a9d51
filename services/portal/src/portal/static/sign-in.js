// The link /sign-in#<token> fills in the field. What stands behind # never leaves the browser, and goes from the address.
const field = document.getElementById("token");
if (location.hash.length > 1 && field.value === "") {
  field.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", location.pathname + location.search);
  document.querySelector("form.sign-in button").focus();
}
