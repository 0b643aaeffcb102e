package dev.theca.rego.compile;

import dev.theca.rego.run.DataNode;
import dev.theca.rego.run.Document;
import dev.theca.rego.run.Document.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The documents of a rule tree, still without plans, and the places where they lie. */
final class Documents {
  private final Map<Document, List<Definition>> definitions = new LinkedHashMap<>();
  private final Map<String, Document> byName = new LinkedHashMap<>();
  private final DataNode root;

  Documents(RuleTree tree) {
    root = node(tree.root());
  }

  private DataNode node(RuleTree.Node node) {
    var made = new DataNode(node.path());
    var rules = new ArrayList<>(node.rules());
    if (node.dynamic()) {
      rules.clear();
      node.each(one -> rules.addAll(one.rules()));
    }
    if (!rules.isEmpty()) {
      String name = Names.path(node.path());
      var document = new Document(definitions.size(), node.path(), name, kind(node));
      definitions.put(document, rules);
      byName.put(name, document);
      made.document(document);
    } else node.children().forEach((key, child) -> made.child(key, node(child)));
    return made;
  }

  private static Kind kind(RuleTree.Node node) {
    if (node.dynamic()) return Kind.OBJECT;
    var rule = node.rules().getFirst();
    if (rule.isFunction()) return Kind.FUNCTION;
    return rule.multiValue() ? Kind.SET : Kind.COMPLETE;
  }

  DataNode root() {
    return root;
  }

  Map<Document, List<Definition>> definitions() {
    return definitions;
  }

  Map<String, Document> byName() {
    return byName;
  }
}
