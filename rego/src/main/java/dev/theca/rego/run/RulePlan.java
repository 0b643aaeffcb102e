package dev.theca.rego.run;

import dev.theca.rego.Location;
import java.util.List;
import java.util.Optional;

/**
 * A rule, ready to run.
 *
 * @param slots how many variables it has
 * @param arguments what a call must look like; none where it is no function
 * @param suffix the steps of its path behind its document, for a member of an object
 * @param elements whether it adds elements to a set
 * @param asked the same rule for one key of its document, which is the only argument then
 */
public record RulePlan(
    Location at,
    int slots,
    List<Pattern> arguments,
    List<Operand> suffix,
    boolean elements,
    List<Branch> branches,
    Optional<RulePlan> asked) {
  /** A value, and the body that must hold for it. */
  public record Branch(Location at, Body body, Operand result) {
    boolean constant() {
      return result instanceof Operand.Constant;
    }
  }
}
