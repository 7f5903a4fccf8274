// Puts the cursor into a field of the launch form that has to be corrected.
export function focusField(name) {
  const field = document.querySelector(`[data-field="${CSS.escape(name)}"]`);
  const input = field?.querySelector('input:not([type=hidden]), textarea, [tabindex]');
  field?.scrollIntoView({ block: 'center' });
  input?.focus({ preventScroll: true });
}
