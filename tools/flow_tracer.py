"""Tells when the functions of some files begin and end, without a change of these files.

Python 3.12 and newer have `sys.monitoring` for that; Python 3.11 has `sys.settrace`, which is
slower. (`sys.setprofile` would not tell which exception ends a function.)
"""

import dis
import logging
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
    begin, pause, end = observer.begin, observer.pause, observer.end  # found once: this is called
    instructions = {}  # a code's id -> its instructions if it is ours; to ask it takes long
    codes = []  # kept, so that no other gets the id of one
    errors, begun = {}, set()  # errors: frame -> its exception
    return_, yield_ = dis.opmap['RETURN_VALUE'], dis.opmap['YIELD_VALUE']
    make_coroutine = dis.opmap['RETURN_GENERATOR']

    def call(frame, event, _):
        code = frame.f_code
        ours = instructions.get(id(code))
        if ours is None:
            codes.append(code)
            ours = instructions[id(code)] = is_ours(code) and code.co_code
        if not ours:
            return None
        if frame not in begun:  # this event comes after each pause, too
            begun.add(frame)
            frame.f_trace_lines = False
            begin(frame)
        return inside

    def inside(frame, event, value):
        if event == 'exception':
            errors[frame] = value[1]
        elif event == 'return':
            leave(frame, value)
        return inside

    def leave(frame, value):
        instruction = instructions[id(frame.f_code)][frame.f_lasti]
        error = errors.pop(frame, None)
        if instruction == yield_ and (error is None or value is not None):
            if frame.f_code.co_flags & CO_GENERATOR:
                pause(frame, value)
        elif not (instruction == make_coroutine and frame.f_code.co_flags & CO_COROUTINE):
            begun.discard(frame)
            end(frame, value, None if instruction == return_ else error)

    for name in ('makeRecord', 'handle'):  # a fifth of all that is called is in these two
        setattr(logging.root, name, _untraced(getattr(logging.root, name)))
    sys.settrace(call)


def _untraced(function):
    def call(*args):
        trace = sys.gettrace()
        sys.settrace(None)
        try:
            return function(*args)
        finally:
            sys.settrace(trace)

    return call
