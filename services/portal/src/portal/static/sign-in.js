// The link /sign-in#<token> fills in the field. What stands behind # never leaves the browser, and goes from the address.
const field = document.getElementById("token");
function take() {
  if (location.hash.length < 2) return;
  field.closest("details")?.setAttribute("open", "");
  field.value = location.hash.slice(1);
  history.replaceState(null, "", location.pathname + location.search);
  document.querySelector("form.sign-in button").focus();
}
take();
addEventListener("hashchange", take); // the link opened in a tab that shows this page already: nothing is loaded anew
