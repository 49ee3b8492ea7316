import sys; sys.path.insert(0,'/work/main/tests')
from dataclasses import replace
import pytest
import test_visibility as T
from test_visibility import put
from plans import plans_kept
from visibility import mutants
import time
@pytest.mark.parametrize('which',[('person','tie'),('person','place')])
def test_neg(monkeypatch, empty, put, which):
    cat=dict(T.catalogue())
    m=[m for m in mutants(cat[which[0]]) if m.variable==which[1]][-1]
    q=replace(cat[which[0]],text=m.text)
    monkeypatch.setattr(T,'catalogue',lambda: {q.name:q})
    t=time.time()
    try: T.on_worlds(1,lambda world: T.hold_to_removal(empty,put,world,T.widest,T.narrower))
    except BaseException as e:
        print(m, time.time()-t, type(e)); raise
