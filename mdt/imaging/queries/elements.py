"""Rows of the index as DICOM JSON (PS3.18 F): the attributes that QIDO-RS answers must carry (PS3.18 10.6.3)."""

from typing import Any

from mdt.imaging.models import Instance, Series, Study

Element = dict[str, Any]
Elements = dict[str, Element]


def element(vr: str, *values: Any) -> Element:
    """An element; without a value it is present and empty."""
    kept = [value for value in values if value not in ("", None)]
    return {"vr": vr, "Value": kept} if kept else {"vr": vr}


def person_name(groups: dict[str, str]) -> Element:
    names = (("Alphabetic", "alphabetic"), ("Ideographic", "ideographic"), ("Phonetic", "phonetic"))
    value = {key: groups[name] for key, name in names if groups.get(name)}
    return {"vr": "PN", "Value": [value]} if value else {"vr": "PN"}


def study_elements(study: Study, root: str) -> Elements:
    """`root` is the absolute address of DICOMweb."""
    patient = study.patient
    return {
        "00080005": element("CS", "ISO_IR 192"),
        "00080020": element("DA", study.date),
        "00080030": element("TM", study.time),
        "00080050": element("SH", study.accession),
        "00080056": element("CS", "ONLINE"),
        "00080061": element("CS", *study.modalities.split("\\")),
        "00080090": person_name({"alphabetic": study.referring}),
        "00081030": element("LO", study.description),
        "00081190": element("UR", f"{root}/studies/{study.study_uid}"),
        "00100010": person_name(patient.get("name") or {}),
        "00100020": element("LO", patient.get("local_id", "")),
        "00100030": element("DA", patient.get("birth_date", "")),
        "00100040": element("CS", patient.get("sex", "")),
        "0020000D": element("UI", study.study_uid),
        "00200010": element("SH", study.study_ref),
        "00201206": element("IS", study.series_count),
        "00201208": element("IS", study.instance_count),
    }


def series_elements(study: Study, series: Series, root: str) -> Elements:
    return {
        "00080005": element("CS", "ISO_IR 192"),
        "00080056": element("CS", "ONLINE"),
        "00080060": element("CS", series.modality),
        "0008103E": element("LO", series.description),
        "00081190": element("UR", f"{root}/studies/{study.study_uid}/series/{series.series_uid}"),
        "00180015": element("CS", series.body_part),
        "0020000D": element("UI", study.study_uid),
        "0020000E": element("UI", series.series_uid),
        "00200011": element("IS", series.number),
        "00201209": element("IS", series.instance_count),
        "00400244": element("DA", series.date),
        "00400245": element("TM", series.time),
    }


def instance_elements(study: Study, series: Series, instance: Instance, root: str) -> Elements:
    address = f"{root}/studies/{study.study_uid}/series/{series.series_uid}/instances/{instance.sop_uid}"
    found = {
        "00080005": element("CS", "ISO_IR 192"),
        "00080016": element("UI", instance.sop_class_uid),
        "00080018": element("UI", instance.sop_uid),
        "00080056": element("CS", "ONLINE"),
        "00081190": element("UR", address),
        "0020000D": element("UI", study.study_uid),
        "0020000E": element("UI", series.series_uid),
        "00200013": element("IS", instance.number),
        "00083002": element("UI", instance.transfer_syntax_uid),
    }
    if instance.rows:
        found["00280010"] = element("US", instance.rows)
        found["00280011"] = element("US", instance.columns)
        found["00280100"] = instance.dicom_json.get("00280100") or element("US", -(-instance.bits // 8) * 8)
    if instance.frames > 1:
        found["00280008"] = element("IS", instance.frames)
    return found


def metadata_elements(study: Study, series: Series, instance: Instance, root: str) -> Elements:
    """The whole header; addresses of bulk data are made absolute."""
    base = instance_elements(study, series, instance, root)
    address = base.pop("00081190")["Value"][0]
    if not instance.dicom_json:
        return dict(sorted((study_elements(study, root) | series_elements(study, series, root) | base).items()))
    whole = {tag: _absolute(each, address) for tag, each in instance.dicom_json.items()}
    return dict(sorted(({"00083002": base["00083002"]} | whole).items()))


def _absolute(item: Element, address: str) -> Element:
    if "BulkDataURI" in item:
        return item | {"BulkDataURI": f"{address}/{item['BulkDataURI']}"}
    if item.get("vr") == "SQ" and "Value" in item:
        nested = [{tag: _absolute(each, address) for tag, each in value.items()} for value in item["Value"]]
        return item | {"Value": nested}
    return item
