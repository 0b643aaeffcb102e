package dev.theca.rego.compile;

import dev.theca.rego.Location;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A rule on its way to a plan.
 *
 * @param packageName of its module
 * @param v1 whether the stricter rules hold for it
 * @param fallback whether it is a default
 * @param ref its path behind the package: the name first
 * @param arguments of a function
 * @param key of a rule that adds elements to a set
 * @param branches the body, and what {@code else} adds
 */
record Definition(
    Location at,
    Location packageAt,
    List<String> packageName,
    boolean v1,
    boolean fallback,
    List<Tree> ref,
    @Nullable List<Tree> arguments,
    @Nullable Tree key,
    List<Branch> branches) {
  /** A value and when it holds; the value is absent where {@link #key} says what is added. */
  record Branch(Location at, @Nullable Tree value, List<Expr> body) {}

  int arity() {
    return arguments == null ? 0 : arguments.size();
  }

  boolean isFunction() {
    return arguments != null;
  }

  boolean multiValue() {
    return key != null;
  }

  /** Whether every step of the path is a constant. */
  boolean fixed() {
    return ref.stream().allMatch(Tree.Constant.class::isInstance);
  }

  /** Rules are the same only when they stand at the same place. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Definition rule && at.equals(rule.at) && ref.equals(rule.ref);
  }

  @Override
  public int hashCode() {
    return at.hashCode();
  }

  Definition with(
      List<Tree> newRef,
      @Nullable List<Tree> newArguments,
      @Nullable Tree newKey,
      List<Branch> newBranches) {
    return new Definition(
        at, packageAt, packageName, v1, fallback, newRef, newArguments, newKey, newBranches);
  }
}
