package dev.theca.rego.compile;

import dev.theca.rego.compile.Tree.Constant;
import dev.theca.rego.compile.Tree.Name;
import java.util.List;

/** Whether two terms are written alike, wherever they stand. */
final class Same {
  private Same() {}

  static boolean term(Tree a, Tree b) {
    if (a instanceof Constant x && b instanceof Constant y) return x.value().equals(y.value());
    if (a instanceof Name x && b instanceof Name y) return x.name().equals(y.name());
    if (a.getClass() != b.getClass() || a instanceof Tree.Collect) return false;
    List<Tree> left = Variables.children(a);
    List<Tree> right = Variables.children(b);
    if (left.isEmpty() || left.size() != right.size()) return left.size() == right.size();
    for (int i = 0; i < left.size(); i++) if (!term(left.get(i), right.get(i))) return false;
    return true;
  }
}
