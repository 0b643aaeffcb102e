package dev.theca.rego.builtin;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.theca.rego.value.ArrayValue;
import dev.theca.rego.value.ObjectValue;
import dev.theca.rego.value.Value;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Arrays, sets, objects, membership, graphs and walks. */
class CollectionsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          array.concat | [1], [2, [3]] | [1, 2, [3]]
          array.concat | [], [] | []
          array.flatten | [[1, [2]], 3, [], {4}] | [1, [2], 3, {4}]
          array.reverse | [1, 2, 3] | [3, 2, 1]
          array.slice | [0, 1, 2, 3], 1, 3 | [1, 2]
          array.slice | [0, 1], -5, 9223372036854775807 | [0, 1]
          array.slice | [0, 1], 2, 1 | []
          array.slice | [0, 1], 0, -1 | []
          array.slice | [0, 1], 0.5, 1 | fault: operand 2 must be integer number but got floating-point number
          and | {1, 2, 3}, {3, 4, 1} | {1, 3}
          or | {1}, {2} | {1, 2}
          set_diff | {1, 2}, {2} | {1}
          union | {{1}, {2, 3}, set()} | {1, 2, 3}
          union | {1} | fault: operand 1 must be set but got number
          intersection | set() | set()
          intersection | {{1, 2}, {2, 3}} | {2}
          intersection | {{1, 2}, 'x'} | fault: operand 1 must be set but got string
          internal.member_2 | 1, [0, 1.0] | true
          internal.member_2 | 'b', {'a': 'b'} | true
          internal.member_2 | 'a', {'a': 'b'} | false
          internal.member_2 | 1, {1} | true
          internal.member_2 | 1, 1 | false
          internal.member_3 | 1, 'b', ['a', 'b'] | true
          internal.member_3 | 2, 'b', ['a', 'b'] | false
          internal.member_3 | 'k', 1, {'k': 1} | true
          internal.member_3 | 1, 1, {1} | true
          internal.member_3 | 1, 1, 'x' | false
          """)
  void arrays_and_sets_give_what_open_policy_agent_gives(String name, String args, String result) {
    Rows.check(name, args, result);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          object.get | {'a': 1}, 'a', 9 | 1
          object.get | {'a': 1}, 'b', 9 | 9
          object.get | {'a': {'b': [5, 6]}}, ['a', 'b', 1], 9 | 6
          object.get | {'a': {5}}, ['a', 5], 9 | 5
          object.get | {'a': 1}, ['a', 'b'], 9 | 9
          object.get | {'a': 1}, [], 9 | {'a': 1}
          object.get | {['a']: 1}, ['a'], 9 | 9
          object.keys | {'a': 1, 2: 3} | {'a', 2}
          object.remove | {'a': 1, 'b': 2}, ['a', 'c'] | {'b': 2}
          object.remove | {'a': 1, 'b': 2}, {'a'} | {'b': 2}
          object.remove | {'a': 1, 'b': 2}, {'a': 0} | {'b': 2}
          object.filter | {'a': {'x': 1}, 'b': 2}, ['a', 'c'] | {'a': {'x': 1}}
          object.filter | {'a': 1, 'b': 2}, {'b': 0} | {'b': 2}
          object.union | {'a': {'x': 1, 'y': 2}, 'b': 1}, {'a': {'y': 3}, 'b': {'z': 1}} | {'a': {'x': 1, 'y': 3}, 'b': {'z': 1}}
          object.union_n | [] | {}
          object.union_n | [{'a': {'b': 2}}, {'a': 4}, {'a': {'c': 3}}] | {'a': {'c': 3}}
          object.union_n | [{'a': {'b': 2}}, {'a': {'c': 3}}, {'d': 1}] | {'a': {'b': 2, 'c': 3}, 'd': 1}
          object.union_n | [{}, 1] | fault: operand 1 must be array of objects but got array containing number
          object.subset | {'a': 1, 'b': {'c': 2, 'd': 3}}, {'b': {'d': 3}} | true
          object.subset | {'a': 1}, {'b': 1} | false
          object.subset | {'a': {1, 2}}, {'a': {1}} | true
          object.subset | {'a': [1, 2, 3]}, {'a': [2, 3]} | true
          object.subset | {'a': {1}}, {'a': [1]} | false
          object.subset | {{'a': 1, 'b': 2}}, {{'a': 1}} | false
          object.subset | [1, 1, 2, 1, 1, 3], [1, 1, 3] | true
          object.subset | [1, 2, 3], [1, 3] | false
          object.subset | [1, 2], [] | true
          object.subset | [1, 2, 3], {3, 1} | true
          object.subset | [1, 1], {1, 2} | true
          object.subset | [], set() | false
          object.subset | {1}, [1] | fault: both arguments object.subset must be of the same type or array and set
          json.filter | {'a': {'b': 1, 'c': [7, 8]}, 'd': 2}, ['a/c/1', '/d'] | {'a': {'c': [8]}, 'd': 2}
          json.filter | {'a': {'b': 1}}, ['a', 'a/b'] | {'a': {'b': 1}}
          json.filter | {'a': {'b': 1}}, [''] | {}
          json.filter | {'a/b': 1, 'c~d': 2}, ['a~1b', 'c~0d'] | {'a/b': 1, 'c~d': 2}
          json.filter | {'a': {{'x': 1}: 5}}, [['a', {'x': 1}]] | {'a': {{'x': 1}: 5}}
          json.filter | {'a': 1}, [1] | fault: operand 2 must be one of {set, array} containing string paths or array of path segments but got number
          json.remove | {'a': {'b': 1, 'c': [7, 8]}, 'd': 2}, {'a/c/0', 'd'} | {'a': {'b': 1, 'c': [8]}}
          json.remove | {'a': {1, 2}}, [['a', 1]] | {'a': {2}}
          json.remove | {'a': [1]}, [['a', 0]] | {'a': [1]}
          json.remove | {'a': 1}, ['b/c'] | {'a': 1}
          """)
  void objects_give_what_open_policy_agent_gives(String name, String args, String result) {
    Rows.check(name, args, result);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'a': 1}, [{'op': 'add', 'path': 'b', 'value': 2}] | {'a': 1, 'b': 2}
          {'a': [1, 3]}, [{'op': 'add', 'path': '/a/1', 'value': 2}, {'op': 'add', 'path': '/a/-', 'value': 4}] | {'a': [1, 2, 3, 4]}
          {'a': [1]}, [{'op': 'add', 'path': '/a/01', 'value': 2}] | undefined
          {'a': [1]}, [{'op': 'add', 'path': '/a/2', 'value': 2}] | undefined
          {'a': [1]}, [{'op': 'remove', 'path': '/a/1'}] | undefined
          {'a': [1, 2]}, [{'op': 'remove', 'path': ['a', 0]}] | {'a': [2]}
          {'a': 1}, [{'op': 'remove', 'path': 'b'}] | undefined
          {'a': 1}, [{'op': 'replace', 'path': 'a', 'value': [2]}, {'op': 'add', 'path': 'a/0', 'value': 1}] | {'a': [1, 2]}
          {'a': 1}, [{'op': 'replace', 'path': 'b', 'value': 2}] | undefined
          {'a': {'b': 1}}, [{'op': 'move', 'from': 'a/b', 'path': 'c'}] | {'a': {}, 'c': 1}
          {'a': [1]}, [{'op': 'copy', 'from': 'a', 'path': 'b'}, {'op': 'add', 'path': 'b/0', 'value': 0}] | {'a': [1], 'b': [0, 1]}
          {'a': 1}, [{'op': 'test', 'path': 'a', 'value': 1.0}] | {'a': 1}
          {'a': 1}, [{'op': 'test', 'path': 'a', 'value': 2}] | undefined
          {'a': 1}, [{'op': 'add', 'path': '', 'value': [1]}, {'op': 'add', 'path': '0', 'value': 0}] | [0, 1]
          {'a': 1}, [{'op': 'remove', 'path': ''}] | undefined
          {'a': {1, 2}}, [{'op': 'remove', 'path': ['a', 2]}, {'op': 'add', 'path': ['a', 3], 'value': 3}] | {'a': {1, 3}}
          {'a': {1}}, [{'op': 'add', 'path': ['a', 3], 'value': 4}] | undefined
          {[0], 'a'}, [{'op': 'add', 'path': [[0], 1], 'value': 1}, {'op': 'add', 'path': [[0, 1], 2], 'value': 2}] | {[0, 1, 2], 'a'}
          {'a': 1}, [{'op': 'fly', 'path': 'a'}] | undefined
          {'a': 1}, [{'op': 'add', 'path': 'a'}] | undefined
          {'a': 1}, [7] | undefined
          1, [{'op': 'add', 'path': 'a/b', 'value': 1}] | undefined
          """)
  void patches_are_applied_in_order_or_nothing_is_defined(String args, String result) {
    Rows.check("json.patch", args, result);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          walk | 1 | [[[], 1]]
          walk | {'b': [1], 'a': 2} | [[[], {'b': [1], 'a': 2}], [['a'], 2], [['b'], [1]], [['b', 0], 1]]
          walk | {3, 'x'} | [[[], {3, 'x'}], [[3], 3], [['x'], 'x']]
          graph.reachable | {'a': ['b'], 'b': {'c'}, 'c': []}, ['a'] | {'a', 'b', 'c'}
          graph.reachable | {'a': ['b', 'x'], 'b': ['a'], 'c': null}, {'a', 'y'} | {'a', 'b'}
          graph.reachable | {'c': null}, ['c'] | {'c'}
          graph.reachable_paths | {'a': ['b', 'c'], 'b': [], 'c': ['a']}, ['a'] | {['a', 'b'], ['a', 'c']}
          graph.reachable_paths | {'a': ['x']}, ['a', 'z'] | {['a']}
          graph.reachable_paths | {'a': []}, {'a'} | {['a']}
          graph.reachable_paths | {'a': ['a']}, ['a'] | {['a']}
          """)
  void walks_and_ways_are_complete(String name, String args, String result) {
    Rows.check(name, args, result);
  }

  @Test
  void a_dense_graph_ends_by_what_its_ways_cost() {
    var graph = new HashMap<Value, Value>();
    var all = new Value[30];
    for (int i = 0; i < all.length; i++) all[i] = Value.of(i);
    for (Value node : all) graph.put(node, ArrayValue.owning(all));
    assertThatThrownBy(
            () ->
                Called.call(
                    new Called.Context(100_000),
                    "graph.reachable_paths",
                    ObjectValue.of(graph),
                    ArrayValue.owning(Value.of(0))))
        .isInstanceOf(Called.Exhausted.class);
  }

  @Test
  void a_long_way_needs_no_deep_stack() throws Exception {
    var graph = new HashMap<Value, Value>();
    for (int i = 0; i < 100_000; i++) graph.put(Value.of(i), ArrayValue.owning(Value.of(i + 1)));
    Called.call("graph.reachable_paths", ObjectValue.of(graph), ArrayValue.owning(Value.of(0)));
  }

  @Test
  void a_value_nested_too_deep_is_a_fault_and_no_overflow() {
    Value deep = Value.of(1);
    for (int i = 0; i < 5000; i++) deep = ObjectValue.of(Map.of(Value.of("a"), deep));
    Value value = deep;
    assertThatThrownBy(() -> Called.call("walk", value)).hasMessageContaining("nested deeper");
    assertThatThrownBy(() -> Called.call("object.union", value, value))
        .hasMessageContaining("nested deeper");
    assertThatThrownBy(() -> Called.call("json.marshal", value))
        .hasMessageContaining("nested deeper");
  }
}
