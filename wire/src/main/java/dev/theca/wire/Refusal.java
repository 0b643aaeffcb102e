package dev.theca.wire;

/**
 * Why the answer is no, in the four words a reader needs to act. {@code found} is never secret.
 * Prints as {@code policy-denied: TEE is simulated, expected hardware; run on SGX, or name the root
 * in the policy}.
 *
 * @param code stable, for alerts and {@code theca why}
 * @param what the thing that was judged
 * @param expected what would have been accepted
 * @param found what was there instead
 * @param next what the reader can do
 */
public record Refusal(Code code, String what, String expected, String found, String next) {
  @Override
  public String toString() {
    return code.id() + ": " + what + " is " + found + ", expected " + expected + "; " + next;
  }
}
