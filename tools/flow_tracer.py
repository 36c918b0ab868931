"""Tells when the functions of some files begin and end, without a change of these files.

Python 3.12 and newer have `sys.monitoring` for that; Python 3.11 has `sys.settrace`, which is
slower. (`sys.setprofile` would not tell which exception ends a function.)
"""

import dis
import sys
from inspect import CO_COROUTINE, CO_GENERATOR

TOOL = 4  # not one of those that debuggers, coverage and profilers use: 0, 1, 2, 5


def watch(is_ours, observer):
    """Report to the observer from now on.

    `is_ours(code)` chooses the functions. `observer` has `begin(frame)`, `pause(frame, value)`,
    which is the `yield` of a generator, and `end(frame, value, error)`.
    """
    (_monitor if sys.version_info >= (3, 12) else _trace)(is_ours, observer)


def stop_watching():
    """Report nothing more."""
    if sys.version_info >= (3, 12):
        sys.monitoring.free_tool_id(TOOL)
    else:
        sys.settrace(None)


def _remembered(is_ours):
    """Remember the answers by a code's id: to compute its hash takes as long as the code is."""
    answers = {}

    def ours(code):
        answer = answers.get(id(code))
        if answer is None:  # the code is kept, so that no other gets its id
            answer = answers[id(code)] = is_ours(code), code
        return answer[0]

    return ours


def _monitor(is_ours, observer):
    monitoring = sys.monitoring
    ours = _remembered(is_ours)

    def begin(code, offset):
        if not ours(code):
            return monitoring.DISABLE
        return observer.begin(sys._getframe(1))

    def pause(code, offset, value):
        if not (ours(code) and code.co_flags & CO_GENERATOR):
            return monitoring.DISABLE
        return observer.pause(sys._getframe(1), value)

    def end(code, offset, value):
        if not ours(code):
            return monitoring.DISABLE
        return observer.end(sys._getframe(1), value, None)

    def unwind(code, offset, error):  # this one cannot be disabled
        if ours(code):
            observer.end(sys._getframe(1), None, error)

    events = monitoring.events
    monitoring.use_tool_id(TOOL, 'course.py flow')
    for event, callback in [
        (events.PY_START, begin),
        (events.PY_YIELD, pause),
        (events.PY_RETURN, end),
        (events.PY_UNWIND, unwind),
    ]:
        monitoring.register_callback(TOOL, event, callback)
    monitoring.set_events(
        TOOL, events.PY_START | events.PY_YIELD | events.PY_RETURN | events.PY_UNWIND
    )


def _trace(is_ours, observer):
    ours, errors, begun = _remembered(is_ours), {}, set()  # errors: frame -> its exception
    instructions = {}  # of a code, by its id: to ask the code itself for them takes long
    foreign = set()  # the ids of codes that are not ours: nearly all that is called

    def call(frame, event, _):
        code = frame.f_code
        if id(code) in foreign:
            return None
        if not ours(code):
            foreign.add(id(code))
            return None
        if frame not in begun:  # this event comes after each pause, too
            begun.add(frame)
            frame.f_trace_lines = False
            if id(code) not in instructions:
                instructions[id(code)] = code.co_code
            observer.begin(frame)
        return inside

    def inside(frame, event, value):
        if event == 'exception':
            errors[frame] = value[1]
        elif event == 'return':
            leave(frame, value)
        return inside

    def leave(frame, value):
        instruction = dis.opname[instructions[id(frame.f_code)][frame.f_lasti]]
        error = errors.pop(frame, None)
        if instruction == 'YIELD_VALUE' and (error is None or value is not None):
            if frame.f_code.co_flags & CO_GENERATOR:
                observer.pause(frame, value)
        elif not (instruction == 'RETURN_GENERATOR' and frame.f_code.co_flags & CO_COROUTINE):
            begun.discard(frame)
            observer.end(frame, value, None if instruction == 'RETURN_VALUE' else error)

    sys.settrace(call)
