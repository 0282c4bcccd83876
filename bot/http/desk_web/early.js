// Before anything is painted: the chosen appearance, so that nothing flashes.
try {
  const { theme } = JSON.parse(localStorage.getItem("desk.settings")) ?? {};
  document.documentElement.dataset.theme = theme ?? "auto";
} catch {
  document.documentElement.dataset.theme = "auto";
}
