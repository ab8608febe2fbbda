"""The mappings of public tables fit those tables' columns and words; the rows here are made up."""

from pathlib import Path

import pytest

import tools.evaluate.responses
from tools.evaluate.responses.cases import people_of
from tools.evaluate.responses.mapping import bind, read_mapping
from tools.evaluate.responses.table import read_table

EXAMPLES = Path(tools.evaluate.responses.__file__).parent / "examples"
TABLES = {
    "insteval": "rownames,s,d,studage,lectage,service,dept,y\n1,1,9,2,2,0,2,5\n2,1,8,2,1,1,6,2\n",
    "movielens": "movieId,title,year,genres,userId,rating,timestamp,genre\n"
    "7,B,1995,Drama|War,1,2.5,1260759145,Drama\n8,A,,(no genres listed),1,4.0,1260759144,(no genres listed)\n",
    "swissmetro": "ID,PURPOSE,FIRST,LUGGAGE,GA,TRAIN_TT,SM_TT,SM_CO,SM_HE,CAR_TT,CHOICE\n"
    "1,1,0,1,0,112,63,52,20,117,2\n1,1,0,1,0,112,63,52,30,117,1\n1,1,0,1,0,112,63,52,30,117,0\n",
    "train": "id,choiceid,choice,change1,comfort1,change2,comfort2,price,time\n"
    "1,2,choice1,0,1,0,1,dearer,same time\n1,1,choice2,0,1,0,1,cheaper,slower\n",
    "verbagg": "rownames,Anger,Gender,item,resp,id,btype,situ,mode,r2\n"
    "2,20,M,a,no,1,curse,other,want,N\n1,20,M,b,yes,1,shout,self,do,Y\n",
    "yogurt": "id,nr,brand,featured,price,bought\n1,1,dannon,1,8.1,1\n1,2,hiland,0,5.4,0\n",
}


def test_every_example_has_its_table_here() -> None:
    assert sorted(path.stem for path in EXAMPLES.glob("*.yaml")) == sorted(TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_an_example_reads_a_yes_and_a_no_of_one_person(tmp_path: Path, name: str) -> None:
    (tmp_path / "t.csv").write_text(TABLES[name], encoding="utf-8")
    table = read_table(tmp_path / "t.csv")
    people, skipped = people_of(bind(read_mapping(EXAMPLES / f"{name}.yaml"), table, name=name), table)
    assert [[case.truth for case in person.cases] for person in people] == [[True, False]]
    assert skipped.answer == len(table.rows) - 2
