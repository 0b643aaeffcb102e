package dev.theca.rego.run;

import dev.theca.rego.RegoCode;
import dev.theca.rego.value.SetValue;
import dev.theca.rego.value.Value;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What rules of one path make together; made at most once in a context. */
public final class Document {
  /** What it makes. */
  public enum Kind {
    /** One value. */
    COMPLETE,
    /** A set. */
    SET,
    /** An object, of which every rule gives members. */
    OBJECT,
    /** A value for arguments. */
    FUNCTION
  }

  /** Stands in the cache for "undefined". */
  private static final Object UNDEFINED = new Object();

  private final int id;
  private final List<Value> path;
  private final String name;
  private final Kind kind;
  private List<RulePlan> rules = List.of();
  private Optional<RulePlan> fallback = Optional.empty();
  private Optional<RuleIndex> index = Optional.empty();
  private boolean uniform;
  private boolean remembered;

  /** A document whose rules follow. */
  public Document(int id, List<Value> path, String name, Kind kind) {
    this.id = id;
    this.path = List.copyOf(path);
    this.name = name;
    this.kind = kind;
  }

  /**
   * Its rules; once, before it is used.
   *
   * @param byInput which of them are worth trying
   * @param deep whether calls are dear enough to remember
   */
  public void rules(
      List<RulePlan> all, Optional<RulePlan> otherwise, Optional<RuleIndex> byInput, boolean deep) {
    rules = List.copyOf(all);
    fallback = otherwise;
    index = byInput;
    remembered = deep;
    var results =
        rules.stream()
            .flatMap(rule -> rule.branches().stream())
            .map(branch -> branch.result() instanceof Operand.Constant it ? it.value() : this)
            .distinct()
            .toList();
    uniform = results.size() == 1 && !results.contains(this);
  }

  /** All rules for who watches; without one, those worth trying. */
  private List<RulePlan> rules(Context context) {
    return index.isEmpty() || context.watch != null ? rules : index.get().candidates(context);
  }

  /** {@code data.a.p}. */
  public String name() {
    return name;
  }

  /** What it makes. */
  public Kind kind() {
    return kind;
  }

  /** How many steps below data it lies. */
  public int depth() {
    return path.size();
  }

  List<Value> path() {
    return path;
  }

  /** Its value, null where undefined; a function has none. */
  @Nullable Value value(Context context) {
    if (kind == Kind.FUNCTION) return null;
    if (!context.replaced.isEmpty() && context.isReplaced(path)) return context.base(path);
    Object known = context.cache[id];
    if (known != null) return known instanceof Value value ? value : null;
    Value value = made(context);
    context.cache[id] = value == null ? UNDEFINED : value;
    return value;
  }

  /**
   * One member of an object, when the whole cannot be made because of others: those are not asked.
   */
  @Nullable Value member(Context context, Value key) {
    int depth = context.shared.meter.depth();
    try {
      Value whole = value(context);
      return whole == null ? null : whole.at(key);
    } catch (Halt e) {
      if (kind != Kind.OBJECT || e.code() != RegoCode.REGO_CONFLICT) throw e;
      context.shared.meter.back(depth);
      return object(context, key).at(key);
    }
  }

  private @Nullable Value made(Context context) {
    return switch (kind) {
      case COMPLETE, FUNCTION -> complete(context, NONE);
      case SET -> set(context);
      case OBJECT -> object(context, null);
    };
  }

  private static final Value[] NONE = {};

  /** The value of a function for these arguments. */
  @Nullable Value call(Context context, Value[] arguments) {
    if (!remembered) return complete(context, arguments);
    // a call that is known is found by comparing them
    for (Value argument : arguments) context.spend(argument.weight() / Context.LOOK);
    var call = new Call(this, arguments);
    Object known = context.calls.get(call);
    if (known != null) return known instanceof Value value ? value : null;
    Value value = complete(context, arguments);
    context.calls.put(call, value == null ? UNDEFINED : value);
    context.spend(1);
    return value;
  }

  /** What a context remembers of functions; nobody changes the arguments. */
  static final class Call {
    private final Document document;
    private final Value[] arguments;
    private final int hash;

    private Call(Document document, Value[] arguments) {
      this.document = document;
      this.arguments = arguments;
      this.hash = 31 * document.id + Arrays.hashCode(arguments);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Call call
          && document.id == call.document.id
          && Arrays.equals(arguments, call.arguments);
    }

    @Override
    public int hashCode() {
      return hash;
    }
  }

  private @Nullable Value complete(Context context, Value[] arguments) {
    Value result = null;
    var worth = rules(context);
    for (int i = 0; i < worth.size(); i++) {
      var rule = worth.get(i);
      Value one = first(context, rule, arguments);
      if (one == null) continue;
      if (uniform) return one;
      if (result == null) result = one;
      else if (!context.same(result, one)) throw conflict(rule);
    }
    if (result == null && fallback.isPresent()) {
      var rule = fallback.get();
      return first(context, rule, arguments);
    }
    return result;
  }

  /** The value of the first branch that holds. */
  private @Nullable Value first(Context context, RulePlan rule, Value[] arguments) {
    // one for all branches: what a branch leaves behind, the next one writes before it reads
    var frame = new Frame(rule.slots(), context);
    if (!matches(rule, frame, arguments)) return null;
    var branches = rule.branches();
    for (int i = 0; i < branches.size(); i++) {
      var branch = branches.get(i);
      enter(context, rule, branch);
      Value value = branch.constant() ? constant(branch, frame) : only(rule, branch, frame);
      leave(context, branch, value);
      if (value != null) return value;
    }
    return null;
  }

  private static boolean matches(RulePlan rule, Frame frame, Value[] arguments) {
    var patterns = rule.arguments();
    for (int i = 0; i < patterns.size(); i++)
      if (!patterns.get(i).match(frame, arguments[i])) return false;
    return true;
  }

  private static @Nullable Value constant(RulePlan.Branch branch, Frame frame) {
    return branch.body().holds(frame) ? branch.result().get(frame) : null;
  }

  private @Nullable Value only(RulePlan rule, RulePlan.Branch branch, Frame frame) {
    var found = new Value[1];
    branch
        .body()
        .run(
            frame,
            f -> {
              Value value = branch.result().get(f);
              if (found[0] == null) found[0] = value;
              else if (!f.context.same(found[0], value)) throw conflict(rule);
              return true;
            });
    return found[0];
  }

  private Halt conflict(RulePlan rule) {
    return new Halt(
        RegoCode.REGO_CONFLICT,
        rule.at().toString(),
        kind == Kind.FUNCTION
            ? "functions must not produce multiple outputs for same inputs"
            : "complete rules must not produce multiple outputs");
  }

  private void enter(Context context, RulePlan rule, RulePlan.Branch branch) {
    context.shared.meter.enter(rule.at());
    if (context.watch != null) context.watch.enter(this, branch.at());
  }

  private void leave(Context context, RulePlan.Branch branch, @Nullable Value value) {
    context.leave();
    if (context.watch != null) context.watch.exit(this, branch.at(), value);
  }

  private Value set(Context context) {
    var elements = new HashSet<Value>();
    for (RulePlan rule : rules(context))
      each(
          context,
          rule,
          NONE,
          (frame, element) -> {
            if (elements.add(element)) context.spend(1);
          });
    return context.made(SetValue.owning(elements));
  }

  private Value object(Context context, @Nullable Value only) {
    var tree = new Growing();
    for (RulePlan rule : rules(context)) {
      var plan = only == null ? rule : rule.asked().orElse(rule);
      each(
          context,
          plan,
          only == null ? NONE : new Value[] {only},
          (frame, value) -> {
            context.spend(1);
            boolean fits = tree.put(frame, plan.suffix(), value, plan.elements());
            if (!fits)
              throw new Halt(
                  RegoCode.REGO_CONFLICT, rule.at().toString(), "object keys must be unique");
          });
    }
    return context.made(tree.value());
  }

  private interface Found {
    void take(Frame frame, Value value);
  }

  private void each(Context context, RulePlan rule, Value[] asked, Found found) {
    for (var branch : rule.branches()) {
      var any = new Value[1];
      var frame = new Frame(rule.slots(), context);
      if (!matches(rule, frame, asked)) return;
      enter(context, rule, branch);
      branch
          .body()
          .run(
              frame,
              f -> {
                Value value = branch.result().get(f);
                any[0] = value;
                found.take(f, value);
                return true;
              });
      leave(context, branch, any[0]);
      if (any[0] != null) return;
    }
  }
}
