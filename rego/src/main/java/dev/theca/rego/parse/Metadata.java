package dev.theca.rego.parse;

import dev.theca.rego.Location;
import dev.theca.rego.RegoCode;
import dev.theca.rego.ast.Annotation;
import dev.theca.rego.ast.Annotation.Scope;
import dev.theca.rego.ast.Comment;
import dev.theca.rego.ast.Module;
import dev.theca.rego.ast.Rule;
import dev.theca.rego.ast.Term;
import dev.theca.rego.spi.BuiltinFault;
import dev.theca.rego.spi.YamlEngine;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.TextValue;
import dev.theca.rego.value.Value;
import dev.theca.rego.value.Values;
import dev.theca.wire.Outcome;
import dev.theca.wire.Refusal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads the metadata that stands in the comments of a module (Open Policy Agent, "Annotations"). A
 * host without YAML does not call it, and the blocks are comments.
 */
public final class Metadata {
  private static final Pattern LINE =
      Pattern.compile("^yaml:(?: unmarshal errors:\\s*)? line ([0-9]{1,6}):");

  private Metadata() {}

  /** The lines of a block, without the one that opens it. */
  private record Block(Comment head, List<Comment> lines) {
    String text() {
      var text = new StringBuilder();
      for (Comment line : lines)
        text.append(line.text().startsWith(" ") ? line.text().substring(1) : line.text())
            .append('\n');
      return text.toString();
    }
  }

  /** What a block stands before. */
  private record Target(Location at, String kind, Optional<Rule> rule) {}

  /** All annotations of the module, or all that is wrong with them. */
  public static Outcome<List<Annotation>> read(Module module, YamlEngine yaml) {
    var found = new ArrayList<Annotation>();
    var wrong = new ArrayList<Refusal>();
    var targets = targets(module);
    for (Block block : blocks(module.comments()))
      switch (one(module, block, targets, yaml)) {
        case Outcome.Granted<Annotation>(var annotation) -> found.add(annotation);
        case Outcome.Refused<Annotation>(var reasons) -> wrong.addAll(reasons);
      }
    return wrong.isEmpty() ? Outcome.granted(List.copyOf(found)) : Outcome.refused(wrong);
  }

  private static List<Block> blocks(List<Comment> comments) {
    var blocks = new ArrayList<Block>();
    boolean open = false;
    int row = 0;
    for (Comment comment : comments) {
      boolean next = comment.at().line() == row + 1 && comment.at().column() == 1;
      row = comment.at().line();
      if (open && next) {
        blocks.getLast().lines().add(comment);
        continue;
      }
      open = comment.text().strip().startsWith("METADATA");
      if (open) blocks.add(new Block(comment, new ArrayList<>()));
    }
    return blocks;
  }

  private static List<Target> targets(Module module) {
    var targets = new ArrayList<Target>();
    targets.add(new Target(module.at(), "package", Optional.empty()));
    for (var one : module.imports()) targets.add(new Target(one.at(), "import", Optional.empty()));
    for (Rule rule : module.rules()) targets.add(new Target(rule.at(), "rule", Optional.of(rule)));
    targets.sort(java.util.Comparator.comparingInt(target -> target.at().line()));
    return targets;
  }

  private static Outcome<Annotation> one(
      Module module, Block block, List<Target> targets, YamlEngine yaml) {
    String text = block.text();
    if (text.isBlank())
      return refused(block.head().at(), "expected METADATA block, found whitespace");
    Map<Value, Value> content;
    try {
      content = new HashMap<>(MetadataBlock.read(text, yaml.read(text)));
    } catch (BuiltinFault e) {
      return refused(place(block, e.getMessage() + ""), e.getMessage() + "");
    } catch (MetadataBlock.Wrong e) {
      boolean inYaml = e.reason.startsWith("yaml:");
      return refused(inYaml ? place(block, e.reason) : block.head().at(), e.reason);
    }
    return attached(module, block.head().at(), content, target(targets, block.head().at().line()));
  }

  /** The first statement in a later row. */
  private static Optional<Target> target(List<Target> targets, int row) {
    int low = 0;
    int high = targets.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (targets.get(middle).at().line() > row) high = middle;
      else low = middle + 1;
    }
    return low == targets.size() ? Optional.empty() : Optional.of(targets.get(low));
  }

  private static Outcome<Annotation> attached(
      Module module, Location at, Map<Value, Value> content, Optional<Target> target) {
    boolean entry = content.containsKey(Value.of("entrypoint"));
    String kind = target.map(Target::kind).orElse("");
    String word =
        content.get(Value.of("scope")) instanceof TextValue(String given)
            ? given
            : kind.equals("rule") && entry ? "document" : kind;
    Scope scope = null;
    for (Scope one : Scope.values()) if (one.word().equals(word)) scope = one;
    if (scope == null)
      return refused(
          at,
          "invalid annotation scope '"
              + word
              + "'. Use one of 'rule', 'document', 'package', or 'subpackages'");
    boolean ofRule = scope == Scope.RULE || scope == Scope.DOCUMENT;
    String want = ofRule ? "rule" : "package";
    if (!kind.equals(want))
      return refused(
          at,
          "annotation scope '"
              + word
              + "' must be applied to "
              + want
              + (kind.isEmpty() ? "" : " (have " + kind + ")"));
    if (entry && scope != Scope.DOCUMENT && scope != Scope.PACKAGE)
      return refused(
          at, "annotation entrypoint applied to non-document or package scope '" + word + "'");
    content.put(Value.of("scope"), Value.of(word));
    var rule = target.flatMap(Target::rule);
    return Outcome.granted(
        new Annotation(at, scope, path(module, rule), rule, ObjectValue.of(content)));
  }

  private static List<Value> path(Module module, Optional<Rule> rule) {
    var path = new ArrayList<Value>();
    for (String part : module.name()) path.add(Value.of(part));
    if (rule.isEmpty()) return path;
    path.add(Value.of(rule.get().name()));
    var parts = new ArrayList<>(rule.get().path().subList(1, rule.get().path().size()));
    if (rule.get().kind() == Rule.Kind.OBJECT) rule.get().key().ifPresent(parts::add);
    for (Term part : parts) {
      if (!(part instanceof Term.Scalar(var _, var value))) break;
      path.add(Values.of(value));
    }
    return path;
  }

  /** The comment that a message of YAML means by its line, as OPA counts. */
  private static Location place(Block block, String message) {
    var line = LINE.matcher(message);
    if (block.lines().isEmpty()) return block.head().at();
    int index = line.find() ? Integer.parseInt(line.group(1)) : 0;
    return block.lines().get(Math.min(index, block.lines().size() - 1)).at();
  }

  private static Outcome<Annotation> refused(Location at, String message) {
    return Outcome.refused(
        RegoCode.REGO_PARSE,
        at + "",
        "metadata: YAML with scope, title, description and the like",
        message,
        "correct the block, or do not call it METADATA");
  }
}
